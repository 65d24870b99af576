import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog, Simulator } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { srmacCycles } from "../sw-model/srmac/cycles.ts";
import { goldenSrmac, type SrmacOperation, type SrmacResult } from "../sw-model/srmac/golden.ts";
import { parseSrmacOperation } from "../sw-model/srmac/operation.ts";
import { type SrmacParameters, srmacSpec } from "../sw-model/srmac/spec.ts";
import { synthesize } from "../synth/synthesize.ts";
import { streamSrmac } from "../testbench/drivers/srmac.ts";
import { judge } from "../testbench/fixtures/judge.ts";
import type { Command, Simulation } from "../testbench/simulation.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { srmacGenerator } from "./srmac.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(srmacSpec, { sets }).parameters;

/** Points of every structure; the odd ones out of the rules are made to fit them. */
const point = fc
  .record({
    width: fc.oneof(fc.integer({ min: 2, max: 32 }), fc.constantFrom(2, 16, 18)),
    bWidth: fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 32 }), fc.constantFrom(2, 25)),
    accWidth: fc.oneof(fc.integer({ min: 2, max: 128 }), fc.constantFrom(2, 16, 47, 48)),
    dropBits: fc.oneof(fc.nat(24), fc.constantFrom(0, 1, 8)),
    outWidth: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 2, 16)),
    rounding: fc.constantFrom("stochastic", "stochastic", "nearest", "nearest-even", "truncate"),
    lfsrWidth: fc.constantFrom(8, 16, 24, 32),
    stepsPerDraw: fc.constantFrom(1, 2, 8, 16, 37),
    structure: fc.constantFrom("xc7", "dsp48e1", "ice40", "logic"),
  })
  .map(({ accWidth, dropBits, outWidth, structure, ...rest }) => {
    const acc = structure === "dsp48e1" ? Math.min(accWidth, 48) : accWidth;
    const drop = Math.min(dropBits, acc, rest.rounding === "stochastic" ? rest.lfsrWidth : 128, acc === 48 ? 47 : 128);
    const out = structure === "dsp48e1" && acc === 48 ? Math.min(outWidth, 48 - drop) : outWidth;
    return { ...rest, structure, accWidth: acc, dropBits: drop, outWidth: out };
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

describe("the multiply-accumulate equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 60, seed: 2015 }).map((sets, i) => [i, sets] as const))(
    "random unit %i: %s",
    async (i, sets) => {
      const given = resolveParameters(srmacSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", i % 4 === 0 ? 3 : 0] as const]) {
        if (cases === 0) continue;
        const report = await check(srmacGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );

  it.each(["wasm", "verilator"])("random stalls change no result on %s", async (engine) => {
    const stalls = fc.record({
      seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      push: fc.constantFrom(0, 50, 150, 230),
      pull: fc.constantFrom(0, 50, 150, 230),
    });
    for (const structure of ["xc7", "dsp48e1"]) {
      const parameters = parametersOf([`structure=${structure}`]);
      const simulation = await startGenerator(srmacGenerator, { ...parameters }, engine);
      const cases = fc.sample(fc.tuple(srmacGenerator.cases.arbitrary(parameters), stalls), { numRuns: 100, seed: 3 });
      for (const [operation, pauses] of cases) {
        const { result } = await streamSrmac(simulation, parameters, operation, pauses);
        expect(result).toEqual(goldenSrmac(parameters, operation));
      }
      await simulation.close();
    }
  });
});

describe("a seed that enters among dot products", () => {
  it.each(["wasm", "icarus"])("ends in no state 0, and the next whole one counts, on %s", async (engine) => {
    const parameters = parametersOf(["dropBits=16", "outWidth=32"]);
    const simulation = await startGenerator(srmacGenerator, { ...parameters }, engine);
    const bits = (values: readonly number[]): Command => ({
      ...{ kind: "push", valid: "seed_valid", ready: "seed_ready", data: ["seed_data"], limit: 100 },
      rows: values.map((value) => [value]),
    });
    const product = (): Command => ({
      kind: "exchange",
      push: {
        ...{ valid: "terms_valid", ready: "terms_ready" },
        ...{ data: ["terms_data_a", "terms_data_b", "terms_data_last"], rows: [[1, 1, 1]] },
      },
      pull: { valid: "results_valid", ready: "results_ready", data: ["results_data"], count: 1 },
      limit: 100,
    });
    // The 1 leaves at the bottom unless draws wait.
    await simulation.execute([bits([1]), product(), bits(new Array<number>(15).fill(0))]);
    const dots = Array.from({ length: 40 }, (_, i) => ({ a: [2 ** 15 - 1 - i], b: [1 + 2 * (i % 2)] }));
    const { result } = await streamSrmac(simulation, parameters, { dots });
    expect(result).toEqual(goldenSrmac(parameters, { dots, seed: 1 }));
    await simulation.close();
  });
});

describe("a result that waits", () => {
  it("stays as it is, and no bit of a seed is accepted", () => {
    const dut = new Simulator(elaborate(srmacGenerator.module, parametersOf(["dropBits=16", "outWidth=32"])));
    dut.poke("reset", 1);
    dut.step();
    dut.poke("reset", 0);
    for (const port of ["terms_valid", "terms_data_last"]) dut.poke(port, 1);
    dut.poke("terms_data_a", 2 ** 15 - 1);
    dut.poke("terms_data_b", 3);
    dut.poke("results_ready", 0);
    dut.step(3);
    const before = dut.peek("results_data");
    dut.poke("seed_valid", 1);
    for (const bit of [1, 1, 0, 1, 0, 0, 1, 1]) {
      dut.poke("seed_data", bit);
      expect([dut.peek("results_valid"), dut.peek("seed_ready"), dut.peek("results_data")]).toEqual([1, 0, before]);
      dut.step();
    }
  });
});

describe("one DSP block", () => {
  it.each([
    // Its registers take product and sum; in an SB_MAC16 the sum has no room.
    ["xc7", ["width=18", "bWidth=25"], 47],
    ["ice40", ["width=16"], 96],
    ["ice40", ["width=9", "bWidth=16", "rounding=truncate"], 96],
  ] as const)("of %s holds %j", async (target, sets, most) => {
    const parameters = parametersOf([`structure=${target}`, ...sets]);
    const { text: verilog, top } = emitVerilog(elaborate(srmacGenerator.module, parameters));
    const { dsp, ff } = await synthesize({ verilog, top, target });
    expect(dsp).toBe(1);
    expect(ff).toBeLessThanOrEqual(most);
  });
});

describe("docs/srmac.md", () => {
  it("shows an operation that gives what stands there, on the golden model and on the RTL", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "srmac.md"), "utf8");
    const [operation, result] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
    const parameters = parametersOf([]);
    const parsed = parseSrmacOperation(operation, parameters);
    const numbers = ({ y }: SrmacResult) => ({ y: y.map(Number) });
    expect(numbers(goldenSrmac(parameters, parsed))).toEqual(result);
    const simulation = await startGenerator(srmacGenerator, { ...parameters }, "wasm");
    expect(numbers((await srmacGenerator.drive(simulation, parameters, parsed)).result)).toEqual(result);
    await simulation.close();
  });
});

describe("a fault in the multiply-accumulate is caught", () => {
  const pauses = [undefined, { seed: 7, push: 60, pull: 160 }];

  async function judgeWithPauses(
    parameters: SrmacParameters,
    break_: (verilog: string) => string,
  ): Promise<"equal" | "caught"> {
    const circuit = elaborate(srmacGenerator.module, parameters);
    const random = fc.sample(srmacGenerator.cases.arbitrary(parameters), { numRuns: 40, seed: 5 });
    const operations = [...srmacGenerator.cases.directed(parameters), ...random.map((operation) => ({ operation }))];
    for (const stalls of pauses) {
      const trial = {
        circuit,
        operations,
        run: async (simulation: Simulation, operation: SrmacOperation) => {
          const outcome = await streamSrmac(simulation, parameters, operation, stalls);
          return stalls ? { ...outcome, cycles: 0 } : outcome;
        },
        golden: (operation: SrmacOperation) => ({
          result: goldenSrmac(parameters, operation),
          cycles: stalls ? 0 : srmacCycles(parameters, operation),
        }),
      };
      if ((await judge(trial, break_)) === "caught") return "caught";
    }
    return "equal";
  }

  it.each(["xc7", "ice40", "logic", "dsp48e1"])("without a fault %s agrees", async (structure) =>
    expect(await judgeWithPauses(parametersOf([`structure=${structure}`]), (verilog) => verilog)).toBe("equal"),
  );

  it.each([
    ["xc7", "a sum is not started anew", "starts ? 48'sd0 : total", "total"],
    ["xc7", "a bubble counts as a product", "if (productValid) total <=", "total <="],
    ["ice40", "a sum is not started anew", "if (starts) total <= ", "if (1'b0) total <= "],
    ["logic", "a product of single bits is missing", "wire a15_b7 = a[15] && b[7];", "wire a15_b7 = 1'b0;"],
    ["xc7", "results do not wait", "wire enable = !held || results_ready;", "wire enable = 1'b1;"],
    ["xc7", "the random source steps in waiting cycles", ".draw(enable && valid)", ".draw(valid)"],
    ["xc7", "the random source does not step", "else if (draw && !partial) state <=", "else if (1'b0) state <="],
    ["xc7", "no saturation", "wire fits = !(|(next_excess ^ next_signs));", "wire fits = 1'b1;"],
    [
      "ice40",
      "the largest value takes a carry",
      "wire mayGrow = inRange && !next_up_largest;",
      "wire mayGrow = inRange;",
    ],
    [
      "ice40",
      "a saturated value takes a carry",
      "wire mayGrow = inRange && !next_up_largest;",
      "wire mayGrow = !next_up_largest;",
    ],
    [
      "dsp48e1",
      "the sign of the sum decides",
      "wire fits = adder_PATTERNDETECT || (adder_PATTERNBDETECT && negative);",
      "wire fits = adder_PATTERNDETECT || adder_PATTERNBDETECT;",
    ],
    ["dsp48e1", "the sign comes an edge early", "negative <= negativeOperand;", "negative <= sum[47];"],
  ])("%s: %s", async (structure, _, from, to) => {
    const parameters = parametersOf([
      `structure=${structure}`,
      ...(structure === "dsp48e1" ? ["width=25", "dropBits=15", "outWidth=33"] : []),
    ]);
    const verdict = await judgeWithPauses(parameters, (verilog) => {
      expect(verilog.split(from).length - 1, `"${from}" in the Verilog`).toBe(1);
      return verilog.replace(from, to);
    });
    expect(verdict).toBe("caught");
  });
});
