import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CrossCheck, crossCheck } from "./crosscheck.ts";
import { startSimulation, verilogEngineNames } from "./engine.ts";
import { mac } from "./fixtures/designs.ts";

interface Dot {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Dot products on the multiply-accumulate fixture. */
function dots(engine: string, verilog = mac.design.verilog): CrossCheck<Dot, { y: number }> {
  return {
    name: "mac",
    parameters: {},
    start: (options) => startSimulation(engine, { ...mac.design, verilog }, options),
    async run(simulation, { a, b }) {
      const start = simulation.edges;
      const [, , [y]] = await simulation.execute([
        { kind: "batch", inputs: ["clear"], rows: [[1], [0]].slice(0, 1), outputs: [] },
        {
          kind: "batch",
          inputs: ["clear", "a", "b"],
          rows: a.map((value, i) => [0, value & 0xffff, b[i] & 0xffff]),
          outputs: [],
        },
        { kind: "peek", port: "acc" },
      ]);
      return { result: { y: Number(BigInt.asIntN(48, y)) }, cycles: simulation.edges - start - 1, ioCycles: 1 };
    },
    golden: ({ a, b }) => ({ result: { y: a.reduce((sum, value, i) => sum + value * b[i], 0) }, cycles: a.length }),
    operations: [
      { name: "one", operation: { a: [3], b: [-4] } },
      { operation: { a: [1, 2, 3], b: [4, 5, 6] } },
      { operation: { a: [-32768, -1], b: [-32768, 7] } },
    ],
    seed: 5,
    reproduce: "whittle check mac --seed 5",
  };
}

describe.each(verilogEngineNames)("%s", (engine) => {
  it("finds that RTL and golden model agree", async () => {
    expect(await crossCheck(dots(engine))).toEqual({ cases: 3, compared: 3, mismatches: 0, cycles: 6, ioCycles: 3 });
  });

  it("reports the first difference, with waves", async () => {
    const waves = join(mkdtempSync(join(tmpdir(), "whittle-check-")), "failing.vcd");
    // Unsigned where it should be signed.
    const broken = mac.design.verilog.replace("{16{product[31]}}", "16'd0");
    const report = await crossCheck({ ...dots(engine, broken), waves });
    expect(report).toMatchObject({
      mismatches: 2,
      first: {
        operation: 0,
        name: "one",
        element: "y",
        expected: -12,
        got: 2 ** 32 - 12,
        seed: 5,
        reproduce: "whittle check mac --seed 5",
        waveform: waves,
        lastCycles: { svg: waves.replace("vcd", "svg") },
      },
    });
    expect(report.first?.lastCycles?.text.join("\n")).toMatch(/acc +│.*fffffff4/);
    expect(existsSync(waves)).toBe(true);
  });

  it("says which operation a simulator failed in, and keeps its waves", async () => {
    const waves = join(mkdtempSync(join(tmpdir(), "whittle-check-")), "hanging.vcd");
    const check = dots(engine);
    const run: typeof check.run = async (simulation, dot) => {
      if (dot.a.length === 3) await simulation.execute([{ kind: "until", port: "acc", value: 1, limit: 9 }]);
      return await check.run(simulation, dot);
    };
    await expect(crossCheck({ ...check, run, waves })).rejects.toMatchObject({
      exitStatus: 1,
      details: {
        code: "command-failed",
        where: "mac, operation 1, seed 5",
        hint: expect.stringMatching(
          /^repeat it with: whittle check mac --seed 5; waves: .*hanging.vcd; their last cycles: .*hanging.svg, .*hanging.fst; its files lie in/,
        ),
      },
    });
    expect(existsSync(waves)).toBe(true);
  });

  it("counts other cycles as a mismatch", async () => {
    const check = dots(engine);
    const slow = { ...check, golden: (dot: Dot) => ({ ...check.golden(dot), cycles: 2 }) };
    expect(await crossCheck(slow)).toMatchObject({
      mismatches: 2,
      first: { operation: 0, element: "cycles", expected: 2, got: 1 },
    });
  });
});
