import { asArray, asObject, inside, root } from "../shape.ts";
import { asUnsigned } from "./operation.ts";

/** Vectors of unsigned values, of any lengths: each is scanned once it is in the memory. */
export interface NonzerosOperation {
  readonly vectors: readonly (readonly bigint[])[];
}

/** The nonzeros of a vector in the order of their indices. */
export interface Nonzeros {
  readonly indices: readonly number[];
  readonly values: readonly bigint[];
}

/**
 * Reads an operation of `lnzdtree` or `lnzdscan` from parsed JSON: `{"vectors": [[...], ...]}` of unsigned values of `width`
 * bits; values beyond 2^53 - 1 are decimal strings. Throws `UserError` wrong-shape or value-out-of-range with the JSON path.
 */
export function parseNonzerosOperation(
  value: unknown,
  { width }: { readonly width: number },
  source?: string,
): NonzerosOperation {
  const at = root(source);
  const vectorsAt = inside(at, "vectors");
  const vectors = asArray(asObject(value, at, ["vectors"]).vectors, vectorsAt, "vectors");
  return {
    vectors: vectors.map((vector, i) => {
      const vectorAt = inside(vectorsAt, i);
      return asArray(vector, vectorAt, "values").map((raw, j) => asUnsigned(raw, inside(vectorAt, j), width));
    }),
  };
}

/** What is not zero in each vector, by the plain definition. */
export function goldenNonzeros({ vectors }: NonzerosOperation): { results: Nonzeros[] } {
  return {
    results: vectors.map((vector) => {
      const indices = [...vector.keys()].filter((index) => vector[index] !== 0n);
      return { indices, values: indices.map((index) => vector[index]) };
    }),
  };
}

/** The values that the longest vector has. */
export function longestVector({ vectors }: NonzerosOperation): number {
  return vectors.reduce((longest, { length }) => Math.max(longest, length), 0);
}

/** Clock edges of an operation in which a nonzero takes one, and the start and the end mark of a vector take `fill`. */
export function nonzerosCycles(fill: number, operation: NonzerosOperation): number {
  const { results } = goldenNonzeros(operation);
  return results.reduce((sum, { indices }) => sum + indices.length + fill, 0);
}
