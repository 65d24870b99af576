import fc from "fast-check";
import { eieNeed } from "../../sw-model/eie/fit.ts";
import { type EieLayer, goldenLayer } from "../../sw-model/eie/golden.ts";
import { type Entry, fromEntries } from "../../sw-model/eie/sparse.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { signedValue } from "./values.ts";

/** A layer of a chain, and the rows of the activation memory from which on its inputs and results stand. */
export interface ChainLayer extends EieLayer {
  /** Rows of the results before that it passes over: its inputs stand behind them. */
  readonly skippedRows: number;
  readonly sourceRow: number;
  readonly resultRow: number;
}

/** A chain of layers, each with its own codebook and a bias as its last column, and one input. */
export interface NetworkCase {
  readonly layers: readonly ChainLayer[];
  /** Activation of the bias columns. */
  readonly bias: number;
  /** Input activations, without the bias. */
  readonly x: readonly number[];
}

/** The input of every layer, the bias last, and its results, by the golden model. */
export function goldenChain(parameters: EieParameters, { layers, bias, x }: NetworkCase) {
  let activations: readonly number[] = x;
  return layers.map((layer) => {
    const input = activations.slice(layer.skippedRows * parameters.pes);
    const y = Array.from(goldenLayer(parameters, layer, [...input, bias]));
    activations = y;
    return { input, y };
  });
}

/** Random chains of one layer to as many as the array holds, that fit its memories as they are; for these, at least 3 columns. */
export function networkCase(parameters: EieParameters): fc.Arbitrary<NetworkCase> {
  const { pes, columnDepth, activationDepth, activationBanks, activationBits } = parameters;
  const most = Math.min(parameters.layers, parameters.codebooks);
  const widest = Math.min(pes * Math.min(activationDepth, vectorRows(parameters)), columnDepth - 2);
  const width = (max: number) => fc.integer({ min: 1, max: Math.min(max, widest) });
  // So tall that PEs wait for write-back with columns of the next layer in their queues.
  const tall = Math.min(600, 24 * pes * activationBanks);
  const sizes = fc.oneof(
    fc.array(width(tall), { minLength: 2, maxLength: Math.min(3, most) + 1 }),
    fc.array(width(40), { minLength: 2, maxLength: Math.min(4, most) + 1 }),
    fc.array(width(9), { minLength: most + 1, maxLength: most + 1 }),
  );
  const skipsOf = (widths: readonly number[]) =>
    fc.tuple(
      ...widths
        .slice(0, -1)
        .map((inputs, i) => (i === 0 ? fc.constant(0) : fc.oneof(fc.constant(0), fc.nat(Math.ceil(inputs / pes) - 1)))),
    );
  const shapes = sizes.chain((widths) => fc.record({ widths: fc.constant(widths), skips: skipsOf(widths) }));
  return shapes.chain(({ widths, skips }) =>
    fc
      .record({
        layers: fc.tuple(...widths.slice(1).map((rows, i) => layer(parameters, rows, widths[i] - skips[i] * pes + 1))),
        bias: signedValue(activationBits),
        x: fc.array(fc.oneof(fc.constant(0), signedValue(activationBits)), {
          minLength: widths[0],
          maxLength: widths[0],
        }),
        places: fc.array(fc.nat(vectorRows(parameters)), { minLength: most, maxLength: most }),
      })
      .map(({ layers, places, ...rest }) => ({
        layers: placed(parameters, fitting(parameters, layers), { places, skips }),
        ...rest,
      })),
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

/** As many layers, from the first on, as the memories hold; the first one without entries where they do not hold it. */
function fitting(parameters: EieParameters, layers: readonly EieLayer[]): readonly EieLayer[] {
  const holds = (count: number) => {
    const { entryDepth, columnDepth } = eieNeed(
      parameters,
      layers.slice(0, count).map(({ matrix }) => matrix),
    );
    return entryDepth <= parameters.entryDepth && columnDepth <= parameters.columnDepth;
  };
  let count = layers.length;
  while (count > 0 && !holds(count)) count--;
  if (count > 0) return layers.slice(0, count);
  const { rows, cols } = layers[0].matrix;
  return [{ ...layers[0], matrix: fromEntries(rows, cols, []) }];
}

/** Each layer's results somewhere in the activation memory, in its first bank, where the next layer finds them. */
function placed(
  parameters: EieParameters,
  layers: readonly EieLayer[],
  { places, skips }: { readonly places: readonly number[]; readonly skips: readonly number[] },
): ChainLayer[] {
  const { pes, activationBanks } = parameters;
  let sourceRow = 0;
  return layers.map((layer, i) => {
    const room = vectorRows(parameters) - Math.ceil(layer.matrix.rows / pes);
    const resultRow = Math.floor((places[i] % (room + 1)) / activationBanks) * activationBanks;
    const own = { ...layer, skippedRows: skips[i], sourceRow: sourceRow + skips[i], resultRow };
    sourceRow = resultRow;
    return own;
  });
}
