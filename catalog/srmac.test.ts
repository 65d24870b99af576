import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog, Simulator } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { srmacCycles } from "../sw-model/srmac/cycles.ts";
import { goldenSrmac, type SrmacOperation, type SrmacResult } from "../sw-model/srmac/golden.ts";
import { parseSrmacOperation } from "../sw-model/srmac/operation.ts";
import { Rounder } from "../sw-model/srmac/rounder.ts";
import { type SrmacParameters, srmacSpec } from "../sw-model/srmac/spec.ts";
import { synthesize } from "../synth/synthesize.ts";
import { srmacPoint } from "../testbench/cases/mac-points.ts";
import { setsOf } from "../testbench/cases/sets.ts";
import { streamSrmac } from "../testbench/drivers/srmac.ts";
import { casesOf, judge } from "../testbench/fixtures/judge.ts";
import type { Command, Simulation } from "../testbench/simulation.ts";
import { brief } from "./brief.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { srmacGenerator } from "./srmac.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(srmacSpec, { sets }).parameters;

describe("the multiply-accumulate equals its golden model in results and cycles", () => {
  it.each(fc.sample(srmacPoint.map(setsOf), { numRuns: 60, seed: 2015 }).map((sets, i) => [i, sets] as const))(
    "random unit %i: %s",
    async (i, sets) => {
      const given = resolveParameters(srmacSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", i % 4 === 0 ? 3 : 0] as const]) {
        if (cases === 0) continue;
        const report = await check(brief(srmacGenerator), given, { engine, cases, seed: i, reproduce: "" });
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

describe("seeds that enter among dot products", () => {
  /** A clock at a time, every stream with pauses of its own; what was taken, checked against the rounding unit's golden model. */
  async function judgeSeeds(sets: readonly string[], clocks: number) {
    const parameters = parametersOf(["dropBits=16", "outWidth=32", ...sets]);
    const simulation = await startGenerator(srmacGenerator, { ...parameters }, "wasm");
    const random = new Random(clocks);
    const chance = (share: number) => random.uniform() < share;
    let rounder = new Rounder(parameters, 1);
    let entering: { readonly seed: number; bits: number } | undefined;
    let [sum, offered] = [0n, { seed: 0, term: [0, 0, 0], hasTerm: 0 }];
    const sums: bigint[] = [];
    const counts = { seeds: 0, results: 0, wrong: 0 };
    for (let clock = 0; clock < clocks; clock++) {
      const inFull = clock % 200 < 100;
      if (!entering && chance(inFull ? 0.05 : 0.3))
        entering = { seed: 1 + Math.floor(random.uniform() * 65535), bits: 0 };
      if (!offered.seed) offered.seed = entering && chance(0.5) ? 1 : 0;
      if (!offered.hasTerm && chance(inFull ? 0.9 : 0.3)) {
        offered = { ...offered, hasTerm: 1, term: [1 + Math.floor(random.uniform() * 32767), 3, chance(0.5) ? 1 : 0] };
      }
      const [ready, bit] = [chance(0.6) ? 1 : 0, entering ? (entering.seed >> entering.bits) & 1 : 0];
      const poke = (port: string, value: number): Command => ({ kind: "poke", port, value });
      const peek = (port: string): Command => ({ kind: "peek", port });
      const values = await simulation.execute([
        ...[poke("seed_valid", offered.seed), poke("seed_data", bit), poke("results_ready", ready)],
        ...[poke("terms_valid", offered.hasTerm), poke("terms_data_a", offered.term[0])],
        ...[poke("terms_data_b", offered.term[1]), poke("terms_data_last", offered.term[2])],
        ...[peek("seed_ready"), peek("terms_ready"), peek("results_valid"), peek("results_data")],
        { kind: "step", cycles: 1 },
      ]);
      const [seedReady, termsReady, valid, data] = values.filter((value) => value.length > 0).map(([value]) => value);
      if (valid && ready) {
        counts.results++;
        const wanted = sums.length > 0 ? rounder.round(sums.shift() as bigint) : undefined;
        if (BigInt.asIntN(32, BigInt(data)) !== wanted) counts.wrong++;
      }
      if (termsReady && offered.hasTerm) {
        sum += BigInt(offered.term[0] * offered.term[1]);
        if (offered.term[2]) sums.push(sum);
        if (offered.term[2]) sum = 0n;
        offered.hasTerm = 0;
      }
      if (entering && offered.seed && seedReady) {
        offered.seed = 0;
        if (++entering.bits < 16) continue;
        rounder = new Rounder(parameters, entering.seed);
        entering = undefined;
        counts.seeds++;
      }
    }
    await simulation.close();
    return counts;
  }

  it.each([
    ["structure=xc7", 6000],
    ["structure=dsp48e1", 6000],
  ])("count for the results taken after them, and no result is lost: %s", async (structure, clocks) => {
    const { seeds, results, wrong } = await judgeSeeds([structure], clocks);
    expect(wrong).toBe(0);
    expect(Math.min(seeds, results)).toBeGreaterThan(clocks / 100);
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
    const operations = casesOf(srmacGenerator.cases, parameters, 40);
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
    ["xc7", "results do not wait", "wire free = !held || results_ready;", "wire free = 1'b1;"],
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
