import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { goldenNonzeros, type NonzerosOperation } from "../sw-model/lnzd/nonzeros.ts";
import { lnzdScanSpec } from "../sw-model/lnzdscan/spec.ts";
import { lnzdTreeSpec } from "../sw-model/lnzdtree/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import {
  loadVector,
  type ScannerPort,
  scanPort,
  startScan,
  streamNonzeros,
  treePort,
} from "../testbench/drivers/nonzeros.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import type { AnyGenerator } from "./generator.ts";
import { generatorNamed } from "./index.ts";
import { lnzdGenerator } from "./lnzd.ts";
import { lnzdScanGenerator } from "./lnzdscan.ts";
import { lnzdTreeGenerator } from "./lnzdtree.ts";

const settings = <T extends object>(point: fc.Arbitrary<T>) =>
  point.map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

const shared = {
  depth: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 150 })),
  width: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(16, 33, 64)),
  scanWidth: fc.constantFrom(2, 4, 8, 16, 64),
};
const trees = settings(
  fc.record({
    leaves: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })),
    radix: fc.constantFrom(2, 4, 8, 16),
    buffers: fc.constantFrom("forward", "skid"),
    ...shared,
  }),
);
const scans = settings(
  fc.record({ lanes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 31, 64)), ...shared }),
);

describe("scanners equal the plain definition, and take a cycle a nonzero", () => {
  it.each([
    ...fc.sample(trees, { numRuns: 10, seed: 41 }).map((sets) => ["lnzdtree", sets] as const),
    ...fc.sample(scans, { numRuns: 10, seed: 42 }).map((sets) => ["lnzdscan", sets] as const),
  ])("%s %s", async (name, sets) => {
    const generator = generatorNamed(name);
    const given = resolveParameters(generator.spec, { sets: [...sets] });
    for (const [engine, cases] of [["wasm", 20] as const, ["icarus", 2] as const]) {
      const report = await check(generator, given, { engine, cases, seed: 9, reproduce: "" });
      expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
    }
  });
});

const treeOf = (...sets: string[]) => resolveParameters(lnzdTreeSpec, { sets }).parameters;
const scanOf = (...sets: string[]) => resolveParameters(lnzdScanSpec, { sets }).parameters;

/** Generators at points with several levels of flags and of nodes. */
const points: readonly (readonly [string, AnyGenerator, Record<string, unknown>, ScannerPort])[] = [
  ...[
    treeOf("leaves=11", "depth=21", "scanWidth=4", "width=5"),
    treeOf("leaves=11", "depth=21", "scanWidth=4", "width=5", "buffers=skid"),
    treeOf("leaves=64", "depth=8", "width=3"),
  ].map((p) => [`tree of ${p.leaves}, ${p.buffers}`, lnzdTreeGenerator, p, treePort(p)] as const),
  ...[scanOf("lanes=3", "depth=21", "scanWidth=4", "width=5"), scanOf("lanes=1", "depth=64", "width=8")].map(
    (p) => [`scanner of ${p.lanes} lanes`, lnzdScanGenerator, p, scanPort(p)] as const,
  ),
];

describe("back-pressure", () => {
  const stalls = fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    push: fc.constantFrom(0, 100),
    pull: fc.constantFrom(20, 120, 230),
  });

  it.each(points)("changes no result: %s", async (_, generator, parameters, port) => {
    for (const [engine, numRuns] of [["wasm", 40] as const, ["icarus", 3] as const]) {
      const simulation = await startGenerator(generator, parameters, engine);
      const cases = fc.sample(fc.tuple(generator.cases.arbitrary(parameters), stalls), { numRuns, seed: 6 });
      for (const [operation, pauses] of cases) {
        const { result, cycles } = await streamNonzeros(simulation, port, operation as NonzerosOperation, pauses);
        expect(result).toEqual(goldenNonzeros(operation as NonzerosOperation));
        expect(cycles).toBeGreaterThanOrEqual(generator.golden(parameters, operation).cycles);
      }
      await simulation.close();
    }
  });

  it.each(points)("causes no bubble, in any pattern: %s", async (_, generator, parameters, port) => {
    const simulation = await startGenerator(generator, parameters, "wasm");
    // Never ready, ready now and then, in bursts, or nearly always.
    const pattern = fc
      .tuple(fc.constantFrom(1, 2, 7), fc.constantFrom(0, 30, 128, 240))
      .chain(([burst, share]) =>
        fc
          .infiniteStream(fc.nat(255))
          .map((dice) => Array.from({ length: 400 }, () => new Array(burst).fill(dice.next().value < share ? 1 : 0))),
      )
      .map((bursts) => [...bursts.flat(), ...new Array(3000).fill(1)]);
    const operations = fc.sample(fc.tuple(generator.cases.arbitrary(parameters), pattern), { numRuns: 25, seed: 8 });
    for (const [operation, ready] of operations) {
      const [vector] = (operation as NonzerosOperation).vectors;
      const nonzeros = vector.filter((value) => value !== 0n).length;
      const fill = generator.golden(parameters, { vectors: [[]] }).cycles;
      const [, , values] = await simulation.execute([
        loadVector(port, vector, true),
        startScan(port),
        {
          kind: "batch",
          inputs: ["nonzeros_ready"],
          rows: ready.map((bit) => [bit]),
          outputs: ["nonzeros_valid"],
        },
      ]);
      // Nothing for the fill, less the edge of the end mark; then a word at every edge until all have been taken.
      let left = nonzeros + 1;
      const wanted = ready.map((bit, edge) => {
        const valid = edge >= fill - 1 && left > 0;
        if (valid && bit === 1) left--;
        return valid ? 1n : 0n;
      });
      expect(values).toEqual(wanted);
      expect(left).toBe(0);
    }
    await simulation.close();
  });
});

describe("a fault is caught", () => {
  const trialOf = (generator: AnyGenerator, parameters: Record<string, unknown>) => ({
    circuit: elaborate(generator.module, parameters),
    operations: casesOf(generator.cases, parameters, 12),
    run: (simulation: Simulation, operation: unknown) => generator.drive(simulation, parameters, operation),
    golden: (operation: unknown) => generator.golden(parameters, operation),
  });

  const detector = resolveParameters(lnzdGenerator.spec, { sets: ["inputs=5", "width=3", "levelsPerStage=1"] });
  const tree = treeOf("leaves=5", "depth=9", "scanWidth=4", "width=4");
  const scan = scanOf("lanes=4", "depth=9", "scanWidth=4", "width=4");

  it("without a fault all agree", async () => {
    expect(await judge(trialOf(lnzdGenerator, detector.parameters), noFault)).toBe("equal");
    expect(await judge(trialOf(lnzdTreeGenerator, tree), noFault)).toBe("equal");
    expect(await judge(trialOf(lnzdScanGenerator, scan), noFault)).toBe("equal");
  });

  it.each([
    ["a pair knows of its first only", "valid_0_0_0to1 = valid_0 || valid_1", "valid_0_0_0to1 = valid_0"],
    ["the upper half's value goes first", "found_0_0 ? foundPayload_0_0 :", "!found_0_1 ? foundPayload_0_0 :"],
    ["a stage's index is not its own", "foundIndex_0_1 <= 2'd0;", "foundIndex_0_1 <= index_0_0;"],
    ["a register is left out", "assign any = found_1_0;", "assign any = valid_1_0;"],
  ])("lnzd: %s", async (_, from, to) => {
    expect(await judge(trialOf(lnzdGenerator, detector.parameters), replacing(from, to))).toBe("caught");
  });

  it.each([
    ["a node does not wait for a deeper child", "least_valid = valid_0 && valid_1;", "least_valid = valid_1;"],
    ["of equal rows the last child goes first", "{end_0_0, row_0_0} <= {end_0_1", "{end_0_0, row_0_0} < {end_0_1"],
    ["an end mark counts as a row", "{data_0_end, data_0_row} <= {data_1_end", "{1'b0, data_0_row} <= {1'b0"],
    ["end marks are taken one by one", "(!first_0_0 && first_1_0) || end_1_0", "!first_0_0 && first_1_0"],
    ["the leaf's number is that of the lower half", "first_1_0 ? leaf_0_0 : leaf_0_1", "leaf_0_0"],
    ["the index skips a leaf", "* 7'd5", "* 7'd4"],
    ["two leaves share a number", "load_data_leaf == 3'd4", "load_data_leaf == 3'd3"],
  ])("lnzdtree: %s", async (_, from, to) => {
    expect(await judge(trialOf(lnzdTreeGenerator, tree), replacing(from, to))).toBe("caught");
  });

  it.each([
    ["the next word waits for the one before to be empty", "!laneFull || (lane_ready && laneLast)", "!laneFull"],
    ["a word is taken before the one before is empty", "(lane_ready && laneLast)", "lane_ready"],
    ["the next word of flags waits", "!level_0Full || (level_0_ready && level_0Last)", "!level_0Full"],
    ["flags are written without looking at those beside them", "writeFlag ? (old_0 | mask_0)", "writeFlag ? mask_0"],
    ["a cleared word comes back", "there ? stored_0 : 4'd0", "stored_0"],
    ["a word that becomes zero keeps its flag", "else flags <= flags & ~topMask;", "else flags <= flags;"],
    ["clear does nothing", "else if (clear) flags <= 3'd0;", ""],
    ["no end mark behind flags", "(phase == PHASE_FLAGS) && !none", "1'b0"],
    ["the word is read again while it waits", "if (taken) read <=", "read <="],
    ["zero values count", "flags = {|memory_words_data_value[15:12]", "flags = {1'b1"],
    ["the output forgets who waits", "push_ready = !full || pop_ready", "push_ready = 1'b1"],
  ])("lnzdscan: %s", async (_, from, to) => {
    expect(await judge(trialOf(lnzdScanGenerator, scan), replacing(from, to))).toBe("caught");
  });
});
