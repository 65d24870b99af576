import fc from "fast-check";
import { type EieLayer, goldenLayer } from "../../sw-model/eie/golden.ts";
import { type Entry, fromEntries } from "../../sw-model/eie/sparse.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { signedValue } from "./values.ts";

/** A chain of layers, each with its own codebook and a bias as its last column, and one input. */
export interface NetworkCase {
  readonly layers: readonly EieLayer[];
  /** Activation of the bias columns. */
  readonly bias: number;
  /** Input activations, without the bias. */
  readonly x: readonly number[];
}

/** The input of every layer, the bias last, and its results, by the golden model. */
export function goldenChain(parameters: EieParameters, { layers, bias, x }: NetworkCase) {
  let activations: readonly number[] = x;
  return layers.map((layer) => {
    const input = activations;
    const y = Array.from(goldenLayer(parameters, layer, [...input, bias]));
    activations = y;
    return { input, y };
  });
}

/** Random chains of one layer to as many as the array holds. */
export function networkCase(parameters: EieParameters): fc.Arbitrary<NetworkCase> {
  const most = Math.min(parameters.layers, parameters.codebooks);
  const sizes = fc.oneof(
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: Math.min(4, most) + 1 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: most + 1, maxLength: most + 1 }),
  );
  return sizes.chain((widths) =>
    fc.record({
      layers: fc.tuple(...widths.slice(1).map((rows, i) => layer(parameters, rows, widths[i] + 1))),
      bias: signedValue(parameters.activationBits),
      x: fc.array(fc.oneof(fc.constant(0), signedValue(parameters.activationBits)), {
        minLength: widths[0],
        maxLength: widths[0],
      }),
    }),
  );
}

function layer({ codebookBits, weightBits }: EieParameters, rows: number, cols: number): fc.Arbitrary<EieLayer> {
  const codebook = fc
    .array(signedValue(codebookBits), { minLength: 1, maxLength: 2 ** weightBits - 1, size: "max" })
    .map((values) => [0, ...values]);
  return codebook.chain((values) => {
    const entry = fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.nat(values.length - 1));
    const entries = fc.uniqueArray(entry, { selector: ([row, col]) => row * cols + col, maxLength: 200, size: "max" });
    return fc.record({ entries, relu: fc.boolean() }).map(({ entries: list, relu }) => ({
      matrix: fromEntries(rows, cols, list as Entry[]),
      codebook: values,
      relu,
    }));
  });
}
