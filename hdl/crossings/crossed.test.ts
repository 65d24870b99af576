/** Streams between a named domain and the module's own clock. */
import { expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
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

it("says of a depth that no queue has that alone", () => {
  const tooShort = defineModule("too_short", (_: Record<string, never>) => ({
    ports: { camera: input(stream(uint(8)), { domain: "camera" }), words: output(stream(uint(8))) },
    build: ({ camera, words }, m) => connect(words, crossed(m, "inward", camera, { from: "camera", depth: 3 })),
  }));
  expect(failure(() => elaborate(tooShort, {}))).toMatchInlineSnapshot(`
    "hdl/crossings/crossed.test.ts:…: An asynchronous FIFO of depth 3. [memory-shape]
         … | build: ({ camera, words }, m) => connect(words, crossed(m, "inward", camera, { from: "camera", depth: 3 })),
           |                                                 ^
      expected: a power of two, 2 or more
      fix:      Round up: 2 ** Math.max(1, Math.ceil(Math.log2(depth)))."
  `);
});

it("says how a stream comes to the module's own clock", () => {
  const straight = defineModule("straight", (_: Record<string, never>) => ({
    ports: { on: input(uint(8), { domain: "camera" }), q: output(uint(8)) },
    build: ({ on, q }) => q.set(on),
  }));
  expect(failure(() => elaborate(straight, {}))).toContain(
    "without `from` or `to` that side has the module's own clock",
  );
});

it("refuses a domain of nearly another's name, wherever it is named", () => {
  const naming = (first: string, second: string) =>
    defineModule("naming", (_: Record<string, never>) => ({
      ports: { a: input(uint(8), { domain: first }), q: output(uint(8), { domain: first }) },
      build({ a, q }, m) {
        const held = m.domain(second).reg("held", uint(8), { reset: 0 });
        held.set(held.addWrap(1));
        m.unused(held);
        q.set(a);
      },
    }));
  expect(failure(() => elaborate(naming("fast", "fsat"), {}))).toMatchInlineSnapshot(`
    "hdl/crossings/crossed.test.ts:…: "fsat" would be a clock domain of its own beside "fast". [clock-domain]
         … | const held = m.domain(second).reg("held", uint(8), { reset: 0 });
           |                ^
      other:    domain "fast", hdl/crossings/crossed.test.ts:…
         … | ports: { a: input(uint(8), { domain: first }), q: output(uint(8), { domain: first }) },
           |             ^
      expected: "fast"
      fix:      Write "fast", if that is meant; names of two domains differ by more than a slip of the pen."
  `);
  for (const [first, second] of [
    ["clk_a", "clk_b"],
    ["fast", "faster"],
    ["push", "pop"],
    ["port1", "port12"],
    ["camera", "cameras"],
    ["read", "write"],
  ])
    expect(
      failure(() => elaborate(naming(first, second), {})),
      second,
    ).toBe("no error");
  const crossing = defineModule("crossing", (_: Record<string, never>) => ({
    ports: { camera: input(stream(uint(8)), { domain: "camera" }), words: output(stream(uint(8))) },
    build: ({ camera, words }, m) => connect(words, crossed(m, "inward", camera, { from: "camrea", depth: 4 })),
  }));
  expect(failure(() => elaborate(crossing, {}))).toContain(
    '"camrea" would be a clock domain of its own beside "camera"',
  );
});
