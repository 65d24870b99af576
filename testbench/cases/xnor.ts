import fc from "fast-check";
import type { XnorOperation } from "../../sw-model/xnor/golden.ts";
import type { XnorParameters } from "../../sw-model/xnor/spec.ts";
import { binaryLayer, bitMatrix, checkered, counting, uniform } from "./binary.ts";
import type { DirectedCase } from "./case.ts";

/** The largest matrix that the memories hold, in words, and that simulates quickly. */
function limits({ lanes, weightDepth, rowDepth, inputDepth }: XnorParameters) {
  const columnFolds = Math.min(Math.floor(inputDepth / 2), weightDepth, Math.max(1, Math.floor(600 / lanes)), 12);
  return { columnFolds, rowFolds: (columns: number) => Math.min(rowDepth, Math.floor(weightDepth / columns), 5) };
}

const kinds = { both: [true, false], bits: [true], dots: [false] } as const;

/** Random operations that fit the parameters' memories as they are. */
export function arbitrary(parameters: XnorParameters): fc.Arbitrary<XnorOperation> {
  const { rows: pes, lanes, results } = parameters;
  const { columnFolds, rowFolds } = limits(parameters);
  const size = fc.integer({ min: 1, max: columnFolds }).chain((columns) =>
    fc.record({
      cols: fc.integer({ min: (columns - 1) * lanes + 1, max: columns * lanes }),
      rows: fc.oneof(
        fc.integer({ min: 1, max: Math.min(pes, 40) }),
        fc.integer({ min: 1, max: Math.min(rowFolds(columns) * pes, 80) }),
      ),
      vectors: fc.nat(4),
      thresholded: fc.constantFrom(...kinds[results]),
    }),
  );
  return size.chain(({ rows, cols, vectors, thresholded }) =>
    fc
      .tuple(binaryLayer(rows, cols, thresholded), bitMatrix(vectors, cols))
      .map(([layer, inputs]) => ({ ...layer, inputs })),
  );
}

/** Corners: extreme sums, thresholds at both ends, one of everything, folds that just fit and just do not. */
export function directed(parameters: XnorParameters): DirectedCase<XnorOperation>[] {
  const { rows: pes, lanes, results, inputDepth } = parameters;
  const { columnFolds, rowFolds } = limits(parameters);
  const most = { rows: pes * rowFolds(columnFolds), cols: lanes * columnFolds };
  const shapes = [
    // First, where what a reset gives decides: a vector that is read more than once.
    {
      name: "one row and one column more than a fold",
      rows: Math.min(pes + 1, most.rows),
      cols: Math.min(lanes + 1, most.cols),
    },
    { name: "one bit", rows: 1, cols: 1 },
    { name: "exactly the array", rows: pes, cols: lanes },
    { name: "one column less than a fold", rows: pes, cols: Math.max(1, lanes - 1) },
    { name: "as large as the limit", ...most },
  ];
  const agreeing = shapes.flatMap(({ name, rows, cols }): DirectedCase<XnorOperation>[] => {
    const weights = uniform(rows, cols, 1);
    const all = { weights, inputs: uniform(2, cols, 1) };
    const ends = [0, 1, cols, cols + 1].flatMap((t) => [false, true].map((flip) => ({ t, flip })));
    const thresholds = Array.from({ length: rows }, (_, i) => ends[i % ends.length]);
    return [
      ...(results === "bits"
        ? []
        : [
            { name: `${name}: all agree`, operation: all },
            { name: `${name}: none agrees`, operation: { weights, inputs: uniform(2, cols, 0) } },
            {
              name: `${name}: zeros agree`,
              operation: { weights: uniform(rows, cols, 0), inputs: uniform(2, cols, 0) },
            },
            { name: `${name}: checkered`, operation: { weights: checkered(rows, cols), inputs: checkered(3, cols) } },
          ]),
      ...(results === "dots"
        ? []
        : [
            { name: `${name}: thresholds at both ends`, operation: { ...all, thresholds } },
            {
              name: `${name}: thresholds at both ends, none agrees`,
              operation: { ...all, inputs: uniform(2, cols, 0), thresholds },
            },
          ]),
    ];
  });
  const plain = results === "bits" ? { thresholds: [{ t: 1, flip: false }] } : {};
  const ahead = {
    weights: counting(pes * rowFolds(1), lanes),
    inputs: counting(Math.min(2 * inputDepth + 1, 200), lanes),
    ...(results === "bits"
      ? { thresholds: Array.from({ length: pes * rowFolds(1) }, () => ({ t: Math.ceil(lanes / 2), flip: false })) }
      : {}),
  };
  return [
    ...agreeing,
    // A vector a word, read once a row fold: words come faster than they leave.
    { name: "vectors that fill the ring of inputs", operation: ahead },
    { name: "no vectors", operation: { weights: uniform(1, 1, 1), inputs: uniform(0, 1, 1), ...plain } },
  ];
}
