/** Streams between a named domain and the module's own clock. */
import { expect, it } from "vitest";
import { connect, crossed, defineModule, elaborate, input, output, simulate, stream, uint } from "../index.ts";

it("crosses to and from the module's own clock where the side is left out", () => {
  const both = defineModule("both", (_: Record<string, never>) => ({
    ports: {
      camera: input(stream(uint(8)), { domain: "camera" }),
      words: output(stream(uint(8))),
      back: output(stream(uint(8)), { domain: "camera" }),
      own: input(stream(uint(8))),
    },
    build({ camera, words, back, own }, m) {
      connect(words, crossed(m, "inward", camera, { from: "camera", depth: 4 }));
      connect(back, crossed(m, "outward", own, { to: "camera", depth: 4 }));
    },
  }));
  const [{ items }] = elaborate(both, {}).modules.filter(({ name }) => name === "both");
  const domains = items.flatMap((item) => (item.kind === "inst" ? [[item.name, item.domains]] : []));
  const pair = (push: string, pop: string) =>
    expect.arrayContaining([
      { child: "push", parent: push },
      { child: "pop", parent: pop },
    ]);
  expect(domains).toEqual([
    ["inward", pair("camera", "")],
    ["outward", pair("", "camera")],
  ]);
  const dut = simulate(both, {});
  dut.reset();
  dut.in.words.ready = false;
  dut.in.camera = { valid: true, data: 42 };
  dut.tick();
  dut.in.camera.valid = false;
  dut.tick(4);
  expect(dut.out.words).toEqual({ valid: true, data: 42 });
});
