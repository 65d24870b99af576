import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { fitLnzdScan, lnzdScanCycles, lnzdScanSpec } from "../lnzdscan/spec.ts";
import { fitLnzdTree, lnzdTreeCycles, lnzdTreeSpec } from "../lnzdtree/spec.ts";
import { resolveParameters } from "../parameters.ts";
import { goldenNonzeros, parseNonzerosOperation } from "./nonzeros.ts";
import { flagLevels } from "./spec.ts";

const value = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const scan = resolveParameters(lnzdScanSpec).parameters;
const tree = resolveParameters(lnzdTreeSpec).parameters;

function detailsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  return expect.unreachable("no error");
}

describe("goldenNonzeros", () => {
  it("gives back the vector when put where the indices say, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value)), (vectors) => {
        const { results } = goldenNonzeros({ vectors });
        results.forEach(({ indices, values }, i) => {
          const again = new Array<bigint>(vectors[i].length).fill(0n);
          indices.forEach((index, k) => {
            again[index] = values[k];
          });
          expect(again).toEqual(vectors[i]);
          expect(indices.every((index, k) => k === 0 || index > indices[k - 1])).toBe(true);
          expect(values).not.toContain(0n);
        });
      }),
    );
  });
});

describe("flagLevels", () => {
  it.each([
    [1, 64, [1]],
    [64, 64, [64]],
    [65, 64, [65, 2]],
    [4096, 64, [4096, 64]],
    [4097, 64, [4097, 65, 2]],
    [9, 2, [9, 5, 3, 2]],
  ])("%i flags, %i at a time", (flags, scanWidth, sizes) => expect(flagLevels({ flags, scanWidth })).toEqual(sizes));
});

describe("cycles", () => {
  it("are one a nonzero beyond those of a vector of zeros", () => {
    const vectors = fc.array(
      value.map((v) => v & 0xffffn),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(vectors, (vector) => {
        const nonzeros = vector.filter((v) => v !== 0n).length;
        // One level of 64 flags; two levels of 8, and two of nodes over 16 leaves.
        expect(lnzdScanCycles(scan, { vectors: [vector] })).toBe(nonzeros + 5);
        expect(lnzdTreeCycles(tree, { vectors: [vector, vector] })).toBe(2 * (nonzeros + 7));
      }),
    );
  });
});

describe("operations", () => {
  it("take values up to 64 bits", () => {
    const vectors = [[1, "18446744073709551615"], []];
    expect(parseNonzerosOperation({ vectors }, { width: 64 })).toEqual({ vectors: [[1n, 2n ** 64n - 1n], []] });
  });

  it.each([
    [{ vectors: [[65536]] }, "$.vectors[0][0]", "value-out-of-range"],
    [{ vectors: [[0], [1, -1]] }, "$.vectors[1][1]", "value-out-of-range"],
    [{ vectors: [[0.5]] }, "$.vectors[0][0]", "wrong-shape"],
    [{ vectors: [3] }, "$.vectors[0]", "wrong-shape"],
    [{ vectors: {} }, "$.vectors", "wrong-shape"],
    [{}, "$.vectors", "wrong-shape"],
    [{ vectors: [], width: 3 }, "$.width", "wrong-shape"],
  ])("are refused: %j", (operation, where, code) => {
    expect(detailsOf(() => parseNonzerosOperation(operation, { width: 16 }))).toMatchObject({ where, code });
  });

  it("raise the depth to a power of two, unless it was set by hand", () => {
    const operation = { vectors: [new Array<bigint>(1100).fill(1n), [1n]] };
    expect(fitLnzdScan(scan, new Set(), operation)).toEqual({ ...scan, depth: 256 });
    expect(fitLnzdTree(tree, new Set(), operation)).toEqual({ ...tree, depth: 128 });
    for (const fit of [
      () => fitLnzdScan(scan, new Set(["depth"]), operation),
      () => fitLnzdTree(tree, new Set(["depth"]), operation),
    ])
      expect(detailsOf(fit)).toMatchObject({ code: "does-not-fit", where: "depth" });
  });

  it.each([["scanWidth=3"], ["radix=6"]])("parameters are refused: %s", (set) => {
    expect(detailsOf(() => resolveParameters(lnzdTreeSpec, { sets: [set] }))).toMatchObject({
      code: "parameter-conflict",
    });
  });
});
