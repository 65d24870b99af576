import fc from "fast-check";
import type { MatmulOperation } from "../../sw-model/matmul/operation.ts";
import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import type { DirectedCase } from "./case.ts";
import * as systolic from "./systolic.ts";

/** The products of the bare array, each operand as it is or transposed. */
export function arbitrary(parameters: MatmulParameters): fc.Arbitrary<MatmulOperation> {
  return fc
    .record({ operation: systolic.arbitrary(parameters), transposeA: fc.boolean(), transposeB: fc.boolean() })
    .map(({ operation, ...flags }) => given(operation, flags));
}

/** The longest inner dimension that comes as it is, transposed, and half transposed. */
const mostInEveryOrder = 256;

export function directed(parameters: MatmulParameters): DirectedCase<MatmulOperation>[] {
  return systolic
    .directed(parameters)
    .filter(({ operation }) => operation.a.length > 0)
    .flatMap(({ name, operation, long = false }) =>
      [false, true].flatMap((transposeA) =>
        [false, true].flatMap((transposeB) =>
          // Once is enough for what takes long, twice for what takes thousands of clocks.
          (long && (transposeA || transposeB)) || (operation.b.length > mostInEveryOrder && transposeA !== transposeB)
            ? []
            : [
                {
                  name: `${name}${transposeA ? ", A transposed" : ""}${transposeB ? ", B transposed" : ""}`,
                  operation: given(operation, { transposeA, transposeB }),
                  ...(long ? { long } : {}),
                },
              ],
        ),
      ),
    );
}

function given(
  { a, b, seed }: MatmulOperation,
  { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
): MatmulOperation {
  const turned = (matrix: MatmulOperation["a"]) => matrix[0].map((_, c) => matrix.map((row) => row[c]));
  const seeded = seed === undefined ? {} : { seed };
  return { a: transposeA ? turned(a) : a, b: transposeB ? turned(b) : b, ...seeded, transposeA, transposeB };
}
