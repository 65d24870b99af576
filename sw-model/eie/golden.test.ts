import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EieArithmetic, type EiePlacement, goldenEie, layerInBigints, layerInDoubles } from "./golden.ts";
import type { EieOperation } from "./operation.ts";
import { type Entry, fromEntries } from "./sparse.ts";

const placement: EiePlacement = { pes: 4, indexBits: 4, balance: false };
const plain: EieArithmetic & EiePlacement = {
  ...placement,
  codebookBits: 16,
  activationBits: 16,
  accWidth: 40,
  productShift: 0,
  dropBits: 8,
  rounding: "nearest",
};

function signed(width: number) {
  const half = 2 ** (width - 1);
  return fc.oneof(fc.integer({ min: -half, max: half - 1 }), fc.constantFrom(-half, half - 1, 0));
}

const arithmetic = fc
  .record({
    codebookBits: fc.integer({ min: 2, max: 27 }),
    activationBits: fc.integer({ min: 2, max: 27 }),
    accWidth: fc.integer({ min: 4, max: 53 }),
    productShift: fc.nat(20),
    dropBits: fc.nat(20),
    rounding: fc.constantFrom("nearest" as const, "nearest-even" as const, "truncate" as const),
  })
  .map((p) => ({ ...placement, ...p, dropBits: Math.min(p.dropBits, p.accWidth - 1) }));

function operation(p: EieArithmetic): fc.Arbitrary<EieOperation> {
  return fc.record({ rows: fc.integer({ min: 1, max: 6 }), cols: fc.integer({ min: 1, max: 12 }) }).chain((shape) => {
    const position = fc.record({ row: fc.nat(shape.rows - 1), col: fc.nat(shape.cols - 1), code: fc.nat(7) });
    return fc.record({
      rows: fc.constant(shape.rows),
      cols: fc.constant(shape.cols),
      codebook: fc.array(signed(p.codebookBits), { minLength: 7, maxLength: 7 }).map((values) => [0, ...values]),
      entries: fc
        .uniqueArray(position, { selector: ({ row, col }) => row * shape.cols + col })
        .map((list) => list.map(({ row, col, code }): Entry => [row, col, code])),
      x: fc.array(signed(p.activationBits), { minLength: shape.cols, maxLength: shape.cols }),
      relu: fc.boolean(),
    });
  });
}
const both = arithmetic.chain((p) => operation(p).map((op) => ({ p, op })));

/** The plain real-number product, for operations whose accumulators cannot saturate. */
function inReals({ rows, codebook, entries, x, relu }: EieOperation): number[] {
  const y = Array<number>(rows).fill(0);
  for (const [row, col, code] of entries) y[row] += codebook[code] * x[col];
  return y.map((value) => (relu ? Math.max(0, value) : value));
}

describe("goldenEie", () => {
  it("is the real product within half a unit of the result, where nothing saturates", () => {
    const narrow = { ...plain, codebookBits: 8, activationBits: 12, dropBits: 4 };
    fc.assert(
      fc.property(operation({ ...narrow, activationBits: 10 }), (op) => {
        const result = goldenEie({ ...narrow, activationBits: 30 }, op).y;
        inReals(op).forEach((real, row) => {
          expect(Math.abs(result[row] - real / 16)).toBeLessThanOrEqual(0.5);
        });
      }),
    );
  });

  it("gives the same in doubles and in exact integers", () => {
    fc.assert(
      fc.property(both, ({ p, op }) => {
        const layer = { matrix: fromEntries(op.rows, op.cols, op.entries), codebook: op.codebook, relu: op.relu };
        fc.pre(p.codebookBits + p.activationBits <= 54);
        expect(layerInDoubles(p, layer, op.x)).toEqual(layerInBigints(p, layer, op.x));
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on the order of the entries", () => {
    fc.assert(
      fc.property(both, ({ p, op }) => {
        expect(goldenEie(p, { ...op, entries: [...op.entries].reverse() })).toEqual(goldenEie(p, op));
      }),
    );
  });

  it("saturates at each step, so the order of columns matters", () => {
    const p = { ...plain, accWidth: 8, dropBits: 0 };
    const entries: Entry[] = [
      [0, 0, 1],
      [0, 1, 1],
      [0, 2, 1],
    ];
    const op = { rows: 1, cols: 3, codebook: [0, 1], entries, relu: false };
    expect(goldenEie(p, { ...op, x: [100, 100, -100] }).y).toEqual([27]);
    expect(goldenEie(p, { ...op, x: [-100, -100, 100] }).y).toEqual([-28]);
    expect(goldenEie(p, { ...op, x: [100, -100, 100] }).y).toEqual([100]);
  });

  it("cuts products towards minus infinity before it adds them", () => {
    const entries: Entry[] = [
      [0, 0, 1],
      [0, 1, 1],
    ];
    const op = { rows: 1, cols: 2, codebook: [0, 1], entries, relu: false, x: [-1, -1] };
    expect(goldenEie({ ...plain, productShift: 1, dropBits: 0 }, op).y).toEqual([-2]);
    expect(goldenEie({ ...plain, dropBits: 1 }, op).y).toEqual([-1]);
  });

  it("rounds ties down, saturates to the activation, and applies ReLU last", () => {
    const op = { rows: 1, cols: 1, codebook: [0, 1], entries: [[0, 0, 1]] as Entry[], relu: false };
    const y = (x: number, more: Partial<EieArithmetic> = {}, relu = false) =>
      goldenEie({ ...plain, ...more }, { ...op, x: [x], relu }).y[0];
    expect([y(128), y(129), y(384), y(-128)]).toEqual([0, 1, 1, -1]);
    expect([y(128, { rounding: "nearest-even" }), y(384, { rounding: "nearest-even" })]).toEqual([0, 2]);
    expect([y(2047, { activationBits: 4, dropBits: 0 }), y(-2047, { activationBits: 4, dropBits: 0 })]).toEqual([
      7, -8,
    ]);
    expect([y(-2047, {}, true), y(2560, {}, true)]).toEqual([0, 10]);
  });

  it("is exact at the widest formats", () => {
    const p = { ...plain, codebookBits: 32, activationBits: 32, accWidth: 64, dropBits: 33 };
    const op = { rows: 1, cols: 3, codebook: [0, -(2 ** 31)], relu: false, x: [-(2 ** 31), 0, 1] };
    const entries: Entry[] = [
      [0, 0, 1],
      [0, 2, 1],
    ];
    // 2^62 - 2^31 over 2^33 is 2^29 - 1/4.
    expect(goldenEie(p, { ...op, entries }).y).toEqual([2 ** 29]);
    expect(goldenEie({ ...p, rounding: "truncate" }, { ...op, entries }).y).toEqual([2 ** 29 - 1]);
  });
});
