import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slidingWindow, type WindowParameters } from "../generators/conv/window.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { type BinaryMap, windowsOf } from "../sw-model/conv/windows.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

const shape = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 7 }),
    channels: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
  })
  .filter(({ width, height, kernel, padding }) => kernel <= Math.min(width, height) + 2 * padding);

/** The first bit lowest. */
const wordOf = (bits: readonly number[]) => bits.reduceRight((word, bit) => 2n * word + BigInt(bit), 0n);

async function compare(
  engine: string,
  p: WindowParameters,
  maps: readonly BinaryMap[],
  seed: number,
  stalled: boolean,
) {
  const simulation = await startSimulation(engine, designOf(elaborate(slidingWindow, { ...p })));
  const expected = maps.flatMap((map) => windowsOf(map, p)).map(wordOf);
  const rows = maps.flatMap((map) => map.flatMap((row) => row.map((pixel) => [wordOf(pixel)])));
  const stream = (name: string) => ({ valid: `${name}_valid`, ready: `${name}_ready`, data: [`${name}_data`] });
  const [values] = await simulation.execute([
    {
      kind: "exchange",
      push: { ...stream("pixels"), rows },
      pull: { ...stream("windows"), count: expected.length },
      ...(stalled ? { stalls: { seed, push: 100, pull: 120 } } : {}),
      limit: 1000,
    },
  ]);
  await simulation.close();
  expect(values.slice(0, -1)).toEqual(expected);
}

const cases = shape.chain((p) => {
  const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
  const map = list(list(list(fc.nat(1), p.channels), p.width), p.height);
  return fc.record({ p: fc.constant(p), maps: list(map, 3), seed: fc.integer({ min: 1 }), stalled: fc.boolean() });
});

describe("the sliding window", () => {
  it.each([
    ["wasm", 60],
    ["icarus", 5],
  ])("gives the windows of map after map, whoever pauses: %s", async (engine, runs) => {
    for (const { p, maps, seed, stalled } of fc.sample(cases, { numRuns: runs, seed: 12 })) {
      await compare(engine, p, maps, seed, stalled);
    }
  });

  it.each([
    { width: 7, height: 5, channels: 3, kernel: 3, stride: 2, padding: 1 },
    { width: 4, height: 4, channels: 2, kernel: 2, stride: 2, padding: 0 },
    { width: 1, height: 1, channels: 1, kernel: 1, stride: 1, padding: 0 },
  ])("is Verilog without a warning: %j", async (p) => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-window-"));
    try {
      writeFileSync(join(folder, "sliding_window.v"), emitVerilog(elaborate(slidingWindow, p)).text);
      const words = ["--lint-only", "-Wall", "--top-module", "sliding_window", "sliding_window.v"];
      const lint = await execa("verilator", words, { cwd: folder, reject: false, all: true });
      expect(lint.all).toBe("");
      const icarus = ["-g2005", "-Wall", "-t", "null", "sliding_window.v"];
      expect((await execa("iverilog", icarus, { cwd: folder, reject: false, all: true })).all).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
