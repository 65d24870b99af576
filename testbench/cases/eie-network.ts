import fc from "fast-check";
import { eieNeed } from "../../sw-model/eie/fit.ts";
import { type EieLayer, goldenLayer } from "../../sw-model/eie/golden.ts";
import { type Entry, fromEntries } from "../../sw-model/eie/sparse.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { signedValue } from "./values.ts";

/** A layer of a chain, and the rows of the activation memory from which on its inputs and results stand. */
export interface ChainLayer extends EieLayer {
  /** Rows of the results before that it passes over: its inputs stand behind them, whole rows where they are not the last ones. */
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
    const first = layer.skippedRows * parameters.pes;
    const input = activations.slice(first, first + layer.matrix.cols - 1);
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
  const tall = Math.min(600, 40 * pes * activationBanks);
  const sizes = fc.oneof(
    fc.array(width(tall), { minLength: 2, maxLength: Math.min(3, most) + 1 }),
    fc.array(width(40), { minLength: 2, maxLength: Math.min(4, most) + 1 }),
    fc.array(width(9), { minLength: most + 1, maxLength: most + 1 }),
  );
  // All rows of the results before, or some, or one.
  const windowOf = (results: number) => {
    const rows = Math.ceil(results / pes);
    const window = fc.nat(rows - 1).chain((skipped) => {
      const left = rows - skipped;
      const taken = fc.oneof(fc.constant(left), fc.integer({ min: 1, max: left }), fc.constant(1));
      return fc.record({ skipped: fc.constant(skipped), taken });
    });
    return fc.oneof(fc.constant({ skipped: 0, taken: rows }), window).map(({ skipped, taken }) => ({
      skipped,
      inputs: Math.min(taken * pes, results - skipped * pes),
    }));
  };
  const windowsOf = ([x, ...results]: readonly number[]) =>
    fc.tuple(fc.constant({ skipped: 0, inputs: x }), ...results.slice(0, -1).map(windowOf));
  // Inputs and weights as large as can be, now and then, so that sums saturate often.
  const large = fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, { arbitrary: fc.constant(true), weight: 1 });
  const shapes = sizes.chain((widths) => fc.record({ widths: fc.constant(widths), windows: windowsOf(widths), large }));
  return shapes.chain(({ widths, windows, large }) =>
    fc
      .record({
        layers: fc.tuple(...windows.map(({ inputs }, i) => layer(parameters, widths[i + 1], inputs + 1, large))),
        bias: signedValue(activationBits),
        x: fc.array(
          large ? fc.constant(2 ** (activationBits - 1) - 1) : fc.oneof(fc.constant(0), signedValue(activationBits)),
          {
            minLength: widths[0],
            maxLength: widths[0],
          },
        ),
        places: fc.array(fc.nat(vectorRows(parameters)), { minLength: most, maxLength: most }),
      })
      .map(({ layers, places, ...rest }) => ({
        layers: placed(parameters, fitting(parameters, layers), {
          places,
          skipped: windows.map(({ skipped }) => skipped),
        }),
        ...rest,
      })),
  );
}

function layer(
  { pes, codebookBits, weightBits }: EieParameters,
  rows: number,
  cols: number,
  large: boolean,
): fc.Arbitrary<EieLayer> {
  const codebook = large
    ? fc.constant([0, 2 ** (codebookBits - 1) - 1])
    : fc
        .array(signedValue(codebookBits), { minLength: 1, maxLength: 2 ** weightBits - 1, size: "max" })
        .map((values) => [0, ...values]);
  return codebook.chain((values) => {
    const entriesIn = (row: fc.Arbitrary<number>, minLength: number) =>
      fc.uniqueArray(fc.tuple(row, fc.nat(cols - 1), fc.nat(values.length - 1)), {
        ...{ selector: ([at, col]: Entry) => at * cols + col, minLength, maxLength: 200, size: "max" },
      });
    // All on one PE, now and then, and many, so that its queue fills up and every broadcast waits.
    const rowsOfOne = Math.ceil(rows / pes);
    const ofOnePe = entriesIn(
      fc.nat(rowsOfOne - 1).map((row) => row * pes),
      Math.min(60, Math.floor((rowsOfOne * cols) / 2)),
    );
    const entries = fc.oneof(
      { arbitrary: entriesIn(fc.nat(rows - 1), 0), weight: 2 },
      { arbitrary: ofOnePe, weight: 1 },
    );
    // Nothing to do, now and then, while the results of the layer before are written back.
    const some = fc.oneof({ arbitrary: entries, weight: 7 }, { arbitrary: fc.constant([]), weight: 1 });
    return fc.record({ entries: some, relu: fc.boolean() }).map(({ entries: list, relu }) => ({
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
  { places, skipped }: { readonly places: readonly number[]; readonly skipped: readonly number[] },
): ChainLayer[] {
  const { pes, activationBanks } = parameters;
  let sourceRow = 0;
  return layers.map((layer, i) => {
    const room = vectorRows(parameters) - Math.ceil(layer.matrix.rows / pes);
    const resultRow = Math.floor((places[i] % (room + 1)) / activationBanks) * activationBanks;
    const own = { ...layer, skippedRows: skipped[i], sourceRow: sourceRow + skipped[i], resultRow };
    sourceRow = resultRow;
    return own;
  });
}
