import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import type { BnnOperation } from "../sw-model/bnn/golden.ts";
import { parseBnnOperation } from "../sw-model/bnn/operation.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { UserError } from "../sw-model/errors.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { streamBnn } from "../testbench/drivers/bnn.ts";
import { judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { bnnGenerator } from "./bnn.ts";
import { check } from "./check.ts";
import { execute } from "./execute.ts";

const list = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 2 });
const point = fc
  .record({
    pes: list(1, 6),
    lanes: list(1, 9),
    weightDepth: list(1, 30),
    rowDepth: list(1, 6),
    inputDepth: list(4, 30),
    inputBits: fc.constantFrom(1, 1, 3),
    results: fc.constantFrom("both", "dots"),
    scaling: fc.constantFrom("shift", "multiply"),
    scaleBits: fc.integer({ min: 2, max: 16 }),
    offsetBits: fc.integer({ min: 1, max: 32 }),
    popcountLevels: fc.nat(1),
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`))
  .filter((sets) => {
    try {
      return resolveParameters(bnnSpec, { sets }).parameters.pes.length > 0;
    } catch {
      return false;
    }
  });

describe("scaled dot products equal the golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 24, seed: 2019 }).map((sets, i) => [i, sets] as const))(
    "random pipeline %i: %s",
    async (i, sets) => {
      const given = resolveParameters(bnnSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", 3] as const]) {
        const report = await check(bnnGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

/** One layer of two rows. */
const layers = [
  {
    weights: [
      [1, 0, 1],
      [0, 0, 1],
    ],
  },
];
const inputs = [
  [1, 0, 1],
  [0, 1, 1],
];

describe("an operation with scales", () => {
  const run = async (sets: readonly string[], scales: unknown) => {
    const given = resolveParameters(bnnSpec, { sets });
    const file = join(mkdtempSync(join(tmpdir(), "whittle-scales-")), "operation.json");
    writeFileSync(file, JSON.stringify({ layers, inputs, scales }));
    try {
      return await execute(bnnGenerator, given, file, "wasm");
    } finally {
      rmSync(dirname(file), { recursive: true });
    }
  };

  it("gets a unit that suits it", async () => {
    // Dots: 3 and 1, -1 and 1.
    const scales = [
      { factor: -4, offset: 5 },
      { factor: 2, offset: -7 },
    ];
    const shifted = await run([], scales);
    expect(shifted.result).toEqual({
      y: [
        [-7, -5],
        [9, -5],
      ],
    });
    const multiplied = await run([], [{ factor: 300, offset: 100_000 }, scales[1]]);
    expect(multiplied.result).toEqual({
      y: [
        [100_900, -5],
        [99_700, -5],
      ],
    });
  });

  it("without scales gives plain dot products", async () => {
    expect((await run(["scaling=shift"], undefined)).result).toEqual({
      dot: [
        [3, 1],
        [-1, 1],
      ],
    });
  });

  const scale = (factor: number, offset = 0) => [
    { factor: 1, offset: 0 },
    { factor, offset },
  ];
  it.each([
    [["scaling=none"], scale(2), { code: "parameter-conflict", where: "scaling" }],
    [["scaling=shift"], scale(3), { code: "value-out-of-range", where: "$.scales[1].factor" }],
    [["scaling=shift", "scaleBits=4"], scale(8), { code: "does-not-fit", where: "scaleBits", expected: "at least 5" }],
    [["offsetBits=4"], scale(8, -9), { code: "does-not-fit", where: "offsetBits", expected: "at least 5" }],
    [[], scale(2 ** 15), { code: "value-out-of-range", where: "$.scales[1].factor" }],
    [[], scale(1, 2 ** 31), { code: "value-out-of-range", where: "$.scales[1].offset" }],
    [[], scale(0.5), { code: "wrong-shape", where: "$.scales[1].factor" }],
    [[], [{ factor: 1, offset: 0 }], { code: "wrong-shape", where: "$.scales" }],
    [[], [{ factor: 1 }, { factor: 1, offset: 0 }], { code: "wrong-shape", where: "$.scales[0].offset" }],
    [[], {}, { code: "wrong-shape", where: "$.scales" }],
  ])("%j refuses %j", async (sets, scales, details) => {
    const refusal = await run(sets, scales).catch((error) => error);
    expect(refusal).toBeInstanceOf(UserError);
    const where = details.where.startsWith("$") ? `.json: ${details.where}` : details.where;
    expect(refusal.details).toMatchObject({ ...details, where: expect.stringContaining(where) });
  });

  it("refuses to scale bits", () => {
    const resolve = () => resolveParameters(bnnSpec, { sets: ["scaling=shift", "results=bits"] });
    expect(resolve).toThrow(/scaling/);
  });

  it("refuses scales after thresholds", () => {
    const { parameters } = resolveParameters(bnnSpec, {});
    const thresholded = [{ ...layers[0], thresholds: layers[0].weights.map(() => ({ t: 1, flip: false })) }];
    const parse = () => parseBnnOperation({ layers: thresholded, inputs, scales: scale(1) }, parameters);
    expect(parse).toThrow(/no scales, since the last layer has thresholds|\$\.scales/);
  });
});

describe("a fault in the scaling is caught", () => {
  const sets = ["pes=2,3", "lanes=4,2", "weightDepth=30", "rowDepth=6", "inputDepth=14", "results=dots"];

  const trialOf = (kind: string) => {
    const { parameters } = resolveParameters(bnnSpec, { sets: [...sets, `scaling=${kind}`] });
    const random = fc.sample(bnnGenerator.cases.arbitrary(parameters), { numRuns: 25, seed: 5 });
    return {
      circuit: elaborate(bnnGenerator.module, parameters),
      operations: random.map((operation) => ({ operation })),
      run: (simulation: Simulation, operation: BnnOperation) => streamBnn(simulation, parameters, operation),
      golden: (operation: BnnOperation) => bnnGenerator.golden(parameters, operation),
    };
  };

  it.each(["shift", "multiply"])("without a fault all agree: %s", async (kind) =>
    expect(await judge(trialOf(kind), noFault)).toBe("equal"),
  );

  it.each([
    ["shift", "no sign", /scale_negative \? [^;]*? : /, ""],
    ["shift", "a zero counts", /scale_zero \? \d+'[dh]0 : /, ""],
    ["shift", "a shift less", /scale_power\[1\] \?/, "1'b0 ?"],
    ["shift", "no offset", / \+ scale_offset/, ""],
    ["multiply", "no offset", / \+ scale_offset/, ""],
    ["multiply", "the wrong sign", /scale_multiple \* /, "-scale_multiple * "],
    ["shift", "scales go on into the next vector", /following = counts_data_last \?/, "following = 1'b0 ?"],
    ["shift", "the scale of the same row", /\(counts_valid && counts_ready\) \? following : row/, "row"],
  ])("%s: %s", async (kind, _, from, to) => {
    expect(await judge(trialOf(kind), replacing(from, to))).toBe("caught");
  });
});
