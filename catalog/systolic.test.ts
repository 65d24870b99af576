import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { systolicCycles } from "../sw-model/systolic/cycles.ts";
import { goldenSystolic, type SystolicOperation, type SystolicResult } from "../sw-model/systolic/golden.ts";
import { parseSystolicOperation } from "../sw-model/systolic/operation.ts";
import { type SystolicParameters, systolicSpec } from "../sw-model/systolic/spec.ts";
import { systolicPoint } from "../testbench/cases/mac-points.ts";
import { setsOf } from "../testbench/cases/sets.ts";
import { streamSystolic } from "../testbench/drivers/systolic.ts";
import { casesOf, judge, replacing } from "../testbench/fixtures/judge.ts";
import type { Command, Simulation } from "../testbench/simulation.ts";
import { brief } from "./brief.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { systolicGenerator } from "./systolic.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(systolicSpec, { sets }).parameters;

/** Icarus takes 5 microseconds a unit and clock, and the directed cases have tens of thousands of clocks: it runs one in five of the arrays of up to so many units. */
const mostUnitsInIcarus = 20;

describe("the systolic array equals its golden model in results and cycles", () => {
  const points = fc.sample(systolicPoint, { numRuns: 40, seed: 2015 });
  const small = points.filter(({ rows, cols }) => rows * cols <= mostUnitsInIcarus);
  it.each(points.map((point, i) => [i, setsOf(point), point] as const))(
    "random array %i: %s",
    async (i, sets, point) => {
      const inIcarus = small.indexOf(point) % 5 === 0;
      const given = resolveParameters(systolicSpec, { sets });
      for (const [engine, cases] of [["wasm", 25] as const, ["icarus", inIcarus ? 3 : 0] as const]) {
        if (cases === 0) continue;
        const report = await check(brief(systolicGenerator), given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );

  it.each(["wasm", "verilator"])("random stalls change no result on %s", async (engine) => {
    const stalls = fc.record({
      seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      push: fc.constantFrom(0, 50, 150, 230),
      pull: fc.constantFrom(0, 50, 150, 250),
    });
    const parameters = parametersOf(["rows=3", "cols=2"]);
    const simulation = await startGenerator(systolicGenerator, { ...parameters }, engine);
    const arbitrary = systolicGenerator.cases.arbitrary(parameters);
    for (const [operation, pauses] of fc.sample(fc.tuple(arbitrary, stalls), { numRuns: 100, seed: 3 })) {
      const { result } = await streamSystolic(simulation, parameters, operation, pauses);
      expect(result).toEqual(goldenSystolic(parameters, operation));
    }
    await simulation.close();
  });

  it.each([
    ["wasm", 60],
    ["icarus", 4],
  ])("with queues at its edges, whose streams hesitate each for itself, on %s", async (engine, numRuns) => {
    const stalls = fc.record({
      seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      push: fc.constantFrom(0, 100, 230),
      pull: fc.constantFrom(0, 150, 250),
    });
    for (const depth of [2, 3, 16]) {
      const parameters = parametersOf(["rows=3", "cols=2", "bWidth=9", `edgeDepth=${depth}`]);
      const simulation = await startGenerator(systolicGenerator, { ...parameters }, engine);
      const arbitrary = systolicGenerator.cases.arbitrary(parameters);
      for (const [operation, pauses] of fc.sample(fc.tuple(arbitrary, stalls), { numRuns, seed: depth })) {
        const { result } = await streamSystolic(simulation, parameters, operation, pauses);
        expect(result).toEqual(goldenSystolic(parameters, operation));
      }
      await simulation.close();
    }
  });

  it("lets a stream run ahead of the other by the depth of its queue, and no further", async () => {
    for (const [ahead, other] of ["ab", "ba"]) {
      const parameters = parametersOf(["rows=2", "cols=2", "edgeDepth=5"]);
      const simulation = await startGenerator(systolicGenerator, { ...parameters }, "wasm");
      const poke = (port: string, value: number): Command => ({ kind: "poke", port, value });
      const peek: Command[] = [{ kind: "peek", port: `${ahead}_ready` }];
      const edge: Command = { kind: "step", cycles: 1 };
      const offers = [poke(`${ahead}_valid`, 1), ...Array.from({ length: 6 }, () => [...peek, edge]).flat()];
      const readies = (await simulation.execute(offers)).flat();
      expect(readies).toEqual([1n, 1n, 1n, 1n, 1n, 0n]);
      // A word of the other stream makes room for one.
      const more = await simulation.execute([
        poke(`${other}_valid`, 1),
        edge,
        poke(`${other}_valid`, 0),
        edge,
        ...peek,
        edge,
        ...peek,
      ]);
      expect(more.flat()).toEqual([1n, 0n]);
      await simulation.close();
    }
  });

  it("is the busier the deeper the queues are, where both streams pause", async () => {
    const share = async (depth: number) => {
      const parameters = parametersOf(["rows=2", "cols=2", "rounding=truncate", `edgeDepth=${depth}`]);
      const simulation = await startGenerator(systolicGenerator, { ...parameters }, "wasm");
      const inner = 2000;
      const operation = { a: [new Array<number>(inner).fill(1)], b: new Array<number[]>(inner).fill([1]) };
      const { cycles } = await streamSystolic(simulation, parameters, operation, { seed: 7, push: 64, pull: 0 });
      await simulation.close();
      return inner / cycles;
    };
    const shares = [await share(2), await share(4), await share(16), await share(32), await share(64)];
    // As docs/systolic.md has them.
    expect(shares.map((value) => value.toFixed(3))).toEqual(["0.669", "0.720", "0.742", "0.743", "0.743"]);
  });

  it("keeps all its units busy but for the first tile's way in and the last one's way out", () => {
    const parameters = parametersOf(["rows=28", "cols=28"]);
    const product = (inner: number): SystolicOperation => ({
      a: Array.from({ length: 560 }, () => new Array<number>(inner).fill(0)),
      b: Array.from({ length: inner }, () => new Array<number>(560).fill(0)),
    });
    const busy = (inner: number) => (400 * inner) / systolicCycles(parameters, product(inner));
    expect(busy(512)).toBeGreaterThan(0.999);
    expect(busy(64)).toBeGreaterThan(0.99);
    expect(busy(28)).toBeGreaterThan(0.98);
  });
});

describe("a seed that enters by halves", () => {
  it.each(["wasm", "icarus"])("lets no tile end before it is whole, and counts from then on, on %s", async (engine) => {
    const parameters = parametersOf(["rows=1", "cols=1", "dropBits=16", "outWidth=32"]);
    const simulation = await startGenerator(systolicGenerator, { ...parameters }, engine);
    const words = (values: readonly number[]): Command => ({
      ...{ kind: "push", valid: "seed_valid", ready: "seed_ready", data: ["seed_data"], limit: 100 },
      rows: values.map((value) => [value]),
    });
    const poke = (port: string, value: number): Command => ({ kind: "poke", port: `operands_${port}`, value });
    const step = (cycles: number): Command => ({ kind: "step", cycles });
    const ready: Command = { kind: "peek", port: "operands_ready" };
    const a = Array.from({ length: 40 }, (_, i) => [2 ** 15 - 1 - i]);
    const offered = [poke("data_a_0", a[0][0]), poke("data_b_0", 3), poke("data_last", 1), poke("valid", 1)];
    const taken = await simulation.execute([
      ...[words([1]), ...offered, ready, step(30), ready, words(new Array<number>(15).fill(0)), ready],
      ...[step(1), poke("valid", 0)],
      {
        ...{ kind: "pull", valid: "results_valid", ready: "results_ready" },
        data: ["results_data_0"],
        count: 1,
        limit: 50,
      },
    ]);
    const [early, late, whole, first] = taken.filter((values) => values.length > 0);
    expect([early, late, whole]).toEqual([[0n], [0n], [1n]]);
    const { result } = await streamSystolic(simulation, parameters, { a: a.slice(1), b: [[3]] });
    // The seed of a single column is the operation's.
    expect([[...first], ...result.c]).toEqual(goldenSystolic(parameters, { a, b: [[3]], seed: 1 }).c);
    await simulation.close();
  });
});

describe("a seed behind words in the queues", () => {
  it.each(["wasm", "icarus"])("counts for the words after it alone, on %s", async (engine) => {
    const parameters = parametersOf(["rows=1", "cols=1", "dropBits=16", "outWidth=32", "edgeDepth=4"]);
    const simulation = await startGenerator(systolicGenerator, { ...parameters }, engine);
    /** Offers a seed while results are taken. */
    const seed = (value: number, count: number): Command => ({
      ...{ kind: "exchange", limit: 100 },
      push: {
        ...{ valid: "seed_valid", ready: "seed_ready", data: ["seed_data"] },
        rows: Array.from({ length: 16 }, (_, i) => [(value >> i) & 1]),
      },
      pull: { valid: "results_valid", ready: "results_ready", data: ["results_data_0"], count },
    });
    const words = (edge: "a" | "b", data: readonly string[], rows: readonly (readonly number[])[]): Command => ({
      ...{ kind: "push", valid: `${edge}_valid`, ready: `${edge}_ready`, limit: 100, rows },
      data: data.map((port) => `${edge}_data_${port}`),
    });
    const a = Array.from({ length: 3 }, (_, i) => [2 ** 15 - 1 - i]);
    const words3 = [
      words(
        "a",
        ["values_0", "last"],
        a.map(([value]) => [value, 1]),
      ),
      words("b", ["values_0"], [[3], [3], [3]]),
    ];
    const results = await simulation.execute([seed(1, 0), ...words3, seed(0xace1, 3), ...words3, seed(1, 3)]);
    // An exchange gives its edges after the values.
    const [, before, after] = results
      .filter((values) => values.length > 0)
      .map((values) => values.slice(0, 3).map((y) => [y]));
    expect(before).toEqual(goldenSystolic(parameters, { a, b: [[3]], seed: 1 }).c);
    expect(after).toEqual(goldenSystolic(parameters, { a, b: [[3]], seed: 0xace1 }).c);
    await simulation.close();
  });
});

describe("docs/systolic.md", () => {
  it("shows an operation that gives what stands there, on the golden model and on the RTL", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "systolic.md"), "utf8");
    const [operation, result] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
    const parameters = parametersOf([]);
    const parsed = parseSystolicOperation(operation, parameters);
    const numbers = ({ c }: SystolicResult) => ({ c: c.map((row) => row.map(Number)) });
    expect(numbers(goldenSystolic(parameters, parsed))).toEqual(result);
    const simulation = await startGenerator(systolicGenerator, { ...parameters }, "wasm");
    expect(numbers((await systolicGenerator.drive(simulation, parameters, parsed)).result)).toEqual(result);
    await simulation.close();
  });
});

describe("a fault in the systolic array is caught", () => {
  const pauses = [undefined, { seed: 7, push: 60, pull: 200 }];

  async function judgeWithPauses(
    parameters: SystolicParameters,
    break_: (verilog: string) => string,
  ): Promise<"equal" | "caught"> {
    const circuit = elaborate(systolicGenerator.module, parameters);
    const operations = casesOf(systolicGenerator.cases, parameters, 25);
    for (const stalls of pauses) {
      const trial = {
        circuit,
        operations,
        run: async (simulation: Simulation, operation: SystolicOperation) => {
          const outcome = await streamSystolic(simulation, parameters, operation, stalls);
          return stalls ? { ...outcome, cycles: 0 } : outcome;
        },
        golden: (operation: SystolicOperation) => ({
          result: goldenSystolic(parameters, operation),
          cycles: stalls ? 0 : systolicCycles(parameters, operation),
        }),
      };
      if ((await judge(trial, break_)) === "caught") return "caught";
    }
    return "equal";
  }

  const small = ["rows=3", "cols=2"];

  it.each([[small], [["rows=9", "cols=2"]]])("without a fault all agree: %s", async (sets) =>
    expect(await judgeWithPauses(parametersOf(sets), (verilog) => verilog)).toBe("equal"),
  );

  it.each([
    ["operands stay where no word came", "else a_0 <= 16'sd0;", "else a_0 <= a_0;"],
    ["a tile ends before the rows of the last one are on their way", "(lastCall && room &&", "(room &&"],
    ["a tile ends without room for its results", "(lastCall && room &&", "(lastCall &&"],
    ["room is not given back", "else if (popped) reserved <=", "else if (1'b0) reserved <="],
    ["sums are not started anew", "starts ? 48'sd0 : total", "total"],
    ["one row is called again and again", "row <= row + 2'd1;", "row <= row;"],
    ["padding draws", "tokenNext_valid <= token_valid && token_more;", "tokenNext_valid <= token_valid;"],
    ["two columns with one seed", ".seed_seed(seed_data[1])", ".seed_seed(seed_data[0])"],
    ["a row without its delay", ".a_1(aSkew_1_late)", ".a_1(a_1)"],
    ["a column without its delay", ".b(bSkew_1_late)", ".b(b_1)"],
    ["results of a row from different edges", "row_data_0 = result_0_late;", "row_data_0 = column_0_result;"],
  ])("%s", async (_, from, to) => {
    const verdict = await judgeWithPauses(parametersOf(small), (verilog) => {
      expect(verilog.split(from).length - 1, `"${from}" in the Verilog`).toBe(1);
      return verilog.replace(from, to);
    });
    expect(verdict).toBe("caught");
  });

  it.each([
    ["words of B go on alone", ".pop_ready(queueB_pop_ready)", ".pop_ready(1'b1)"],
    [
      "words of A count without one of B",
      "edges_valid = queueA_pop_valid && queueB_pop_valid",
      "edges_valid = queueA_pop_valid",
    ],
  ])("with queues at the edges: %s", async (_, from, to) => {
    const queues = parametersOf([...small, "edgeDepth=2"]);
    expect(await judgeWithPauses(queues, replacing(from, to))).toBe("caught");
  });
});
