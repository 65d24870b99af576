import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { tiledCycles } from "../sw-model/eie/cycles.ts";
import { goldenEie } from "../sw-model/eie/golden.ts";
import { type EieOperation, matrixOf } from "../sw-model/eie/operation.ts";
import type { Entry } from "../sw-model/eie/sparse.ts";
import { type EieParameters, eieSpec } from "../sw-model/eie/spec.ts";
import { tilesOf } from "../sw-model/eie/tiles.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { driveTiles } from "../testbench/drivers/eie.ts";
import { EieAxiHost } from "../testbench/drivers/eie-axi-host.ts";
import { type EieConnection, EieHost } from "../testbench/drivers/eie-host.ts";
import { judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { eieGenerator } from "./eie.ts";
import { eieAxiGenerator } from "./eieaxi.ts";

/** Memories so small that all but the least operations take tiles in both directions. */
const sets = [
  "balance=true",
  "entryDepth=64",
  "columnDepth=12",
  "activationDepth=3",
  "vectorDepth=40",
  "queueDepth=2",
  "indexBits=2",
];
const parametersOf = (pes: number) => resolveParameters(eieSpec, { sets: [`pes=${pes}`, ...sets] }).parameters;

/** Operations of several tiles, with values that saturate the accumulators now and then. */
const operation = ({ pes }: EieParameters) =>
  fc
    .record({
      rows: fc.integer({ min: 1, max: 10 * pes }),
      cols: fc.oneof(fc.integer({ min: 1, max: 12 * pes }), fc.integer({ min: 3, max: 6 })),
    })
    .chain(({ rows, cols }) =>
      fc.record({
        rows: fc.constant(rows),
        cols: fc.constant(cols),
        codebook: fc.constant([0, 300, -200, 32767, -32768, 1]),
        entries: fc
          .uniqueArray(fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.nat(5)), {
            selector: ([row, col]) => row * cols + col,
            minLength: Math.floor((rows * cols) / 4),
            maxLength: 300,
            size: "max",
          })
          .map((list) => list as Entry[]),
        x: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -32768, max: 32767 })), {
          minLength: cols,
          maxLength: cols,
        }),
        relu: fc.boolean(),
      }),
    );

/** Operations in tiles on the array by some connection, against the golden model and the cycles of its tiles. */
function tiledOn(
  generator: typeof eieGenerator,
  parameters: EieParameters,
  connect: (parameters: EieParameters) => EieConnection,
  numRuns: number,
) {
  // Rotations of both kinds: whether inputs are 0 makes no difference to what is right.
  const tilingOf = (one: EieOperation) => tilesOf(parameters, matrixOf(one), { denseInputs: one.relu });
  return {
    circuit: elaborate(generator.module, parameters),
    operations: fc.sample(operation(parameters), { numRuns, seed: 8 }).map((each) => ({ operation: each })),
    run: async (simulation: Simulation, one: EieOperation) => {
      const { y, ...edges } = await driveTiles(simulation, connect(parameters), one, tilingOf(one), one.x);
      return { result: { y }, ...edges };
    },
    golden: (one: EieOperation) => ({
      result: goldenEie(parameters, one),
      cycles: tiledCycles(parameters, tilingOf(one), one.x).cycles,
    }),
  };
}

const parameters = parametersOf(3);
const banked = tiledOn(
  eieGenerator,
  resolveParameters(eieSpec, { sets: ["pes=3", ...sets, "activationDepth=8", "activationBanks=4"] }).parameters,
  (p) => new EieHost(p),
  30,
);
const tiled = tiledOn(eieGenerator, parameters, (p) => new EieHost(p), 40);
const operations = tiled.operations.map(({ operation: each }) => each);

describe("matrices larger than the memories, in tiles", () => {
  it("take several loads, and several tiles in one", () => {
    const tilings = operations.map((one) => tilesOf(parameters, matrixOf(one)).loads);
    expect(Math.max(...tilings.map((loads) => loads.length))).toBeGreaterThan(3);
    expect(Math.max(...tilings.flat().map(({ tiles }) => tiles.length))).toBeGreaterThan(1);
    expect(tilings.flat().some(({ tiles }) => tiles.some(({ hold }) => hold))).toBe(true);
  });

  it("give golden results in the cycles of the model", async () => expect(await judge(tiled, noFault)).toBe("equal"));

  it.each([
    ["by its own ports", eieGenerator, (p: EieParameters) => new EieHost(p)],
    ["by AXI", eieAxiGenerator, (p: EieParameters) => new EieAxiHost(p)],
  ] as const)(
    "take windows of inputs and strips of results where the activation memory is small, %s",
    async (_, generator, connect) => {
      const { parameters: small } = resolveParameters(generator.spec, {
        sets: ["pes=3", ...sets, "vectorDepth=2", "entryDepth=8", "entriesPerWord=2"],
      });
      const trial = tiledOn(generator, small, connect, 6);
      const loads = trial.operations.map(({ operation: one }) => tilesOf(small, matrixOf(one)).loads);
      expect(Math.max(...loads.map((list) => list.filter(({ inputs }) => inputs).length))).toBeGreaterThan(3);
      expect(Math.max(...loads.map((list) => list.filter(({ results }) => results).length))).toBeGreaterThan(2);
      expect(await judge(trial, noFault)).toBe("equal");
    },
  );

  it.each([
    ["results always at the first row", "resultRow <= layer_resultRow", "resultRow <= 6'd0"],
    [
      "inputs always from the first row",
      "wire [5:0] firstSource = reading ? readRow : layer_sourceRow;",
      "wire [5:0] firstSource = reading ? readRow : 6'd0;",
    ],
    ["results not rotated", "by[0] ? held_1 : held_0", "held_0"],
    ["all tiles by the rotations of the first", "{layerBack, ", "{3'd0, "],
    ["sums not held between column tiles", /layer_hold <= [^;]*;/, "layer_hold <= 1'b0;"],
  ])("a fault is caught: %s", async (_, from, to) => {
    expect(await judge(tiled, replacing(from, to))).toBe("caught");
  });

  it("write a row of each bank back in a cycle", async () => expect(await judge(banked, noFault)).toBe("equal"));

  it.each([
    ["the scan reads the first bank alone", "readBank <= place_bank;", "readBank <= 2'd0;"],
    ["sums of the first bank alone", "stored = row[1]", "stored = 1'b0"],
    ["one rotation for all banks", ".by(control_rotation_2),", ".by(control_rotation_0),"],
    ["a sum written to all banks", /operandValid && \(own_bank == 2'd1\)/, "operandValid"],
  ])("a fault of banks is caught: %s", async (_, from, to) => {
    expect(await judge(banked, replacing(from, to))).toBe("caught");
  });

  it("whatever fits is one tile of the matrix itself", () => {
    const [one] = operations;
    const { parameters: large } = resolveParameters(eieSpec);
    const matrix = matrixOf(one);
    expect(tilesOf(large, matrix).loads).toEqual([
      {
        tiles: [{ matrix, firstRow: 0, firstCol: 0, sourceRow: 0, resultRow: 0, hold: false }],
        inputs: { first: 0, count: one.cols },
        results: { first: 0, count: one.rows, resultRow: 0 },
      },
    ]);
  });
});
