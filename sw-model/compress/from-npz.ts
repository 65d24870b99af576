import { UserError } from "../errors.ts";
import { type NamedArray, parseNpz } from "../numpy/npz.ts";
import { type DenseNetwork, denseLayer, noLayers } from "./network.ts";

/** How the matrices of an `.npz` file lie: outputs x inputs as PyTorch has them, or inputs x outputs as Keras does. */
export const layouts = ["outputs-inputs", "inputs-outputs"] as const;
export type Layout = (typeof layouts)[number];

interface Pair {
  readonly matrix: NamedArray;
  readonly bias?: NamedArray;
}

/**
 * A network of fully connected layers from an `.npz` file: the two-dimensional arrays are weights, the one-dimensional ones biases
 * (see docs/deep-compression.md for names, order and layout), with rectifiers between the layers. Throws `UserError`: bad-zip, bad-npy,
 * no-layers, wrong-shape, value-out-of-range, does-not-fit.
 */
export function networkOfNpz(bytes: Buffer, file: string, name: string, layout?: Layout): DenseNetwork {
  const arrays = parseNpz(bytes, file);
  const other = arrays.find(({ shape }) => shape.length !== 1 && shape.length !== 2);
  if (other) {
    throw wrongShape(file, other, "a matrix of weights or a vector of biases", `${other.shape.length} dimensions`);
  }
  if (!arrays.some(({ shape }) => shape.length === 2)) {
    throw noLayers(file, arrays.map(describe).join(", ") || "no arrays");
  }
  // As they were saved, or else in the order of their names.
  const orders = [arrays, arrays.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))];
  const readings = orders.flatMap((order) => {
    const pairs = pairsOf(order, file);
    return (layout ? [layout] : likelyLayouts(arrays)).map((way) => ({ pairs, way, fault: faultOf(pairs, way) }));
  });
  const reading = readings.find(({ fault }) => fault === undefined);
  if (!reading) {
    const { at, expected, found } = readings[0].fault as Fault;
    throw wrongShape(file, at, expected, found);
  }
  const { pairs, way } = reading;
  const layers = pairs.map(({ matrix, bias }, i) => {
    const { inputs, outputs } = sizesOf(matrix, way);
    const [outputStep, inputStep] = way === "outputs-inputs" ? [inputs, 1] : [1, outputs];
    return denseLayer(file, {
      name: layerName(matrix.name),
      inputs,
      outputs,
      relu: i + 1 < pairs.length,
      weight: (output, input) => matrix.values[output * outputStep + input * inputStep],
      weightName: matrix.name,
      ...(bias ? { bias } : {}),
    });
  });
  return { name, chained: true, layers };
}

/** Weights and biases by their names without the words for them (fc1.weight and fc1.bias, W1 and b1), or else by their order. */
function pairsOf(arrays: readonly NamedArray[], file: string): Pair[] {
  const matrices = arrays.filter(({ shape }) => shape.length === 2);
  const biases = arrays.filter(({ shape }) => shape.length === 1);
  const stems = biases.map(({ name }) => stemOf(name));
  const byName = matrices.map(({ name }) => biases[stems.indexOf(stemOf(name))]);
  const found = new Set(byName.filter((bias) => bias !== undefined));
  if (new Set(matrices.map(({ name }) => stemOf(name))).size === matrices.length && found.size === biases.length) {
    return matrices.map((matrix, i) => (byName[i] ? { matrix, bias: byName[i] } : { matrix }));
  }
  if (biases.length === matrices.length) return matrices.map((matrix, i) => ({ matrix, bias: biases[i] }));
  const stray = biases.find((bias) => !found.has(bias)) ?? biases[0];
  throw wrongShape(file, stray, "a matrix of weights of the same name, or as many biases as matrices", "none");
}

/** "fc1.weight" and "fc1.bias" are of one layer, and so are "W1" and "b1". */
const stemOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/weights?|kernel|bias(es)?/g, "")
    .replace(/(^|[^a-z])[wb](?![a-z])/g, "$1")
    .replace(/[^a-z0-9]+/g, "");

const layerName = (matrix: string) => matrix.replace(/[._/-](weights?|kernel)(:0)?$/i, "");

/** Both ways, that of PyTorch first unless the names are those of Keras. */
function likelyLayouts(arrays: readonly NamedArray[]): readonly Layout[] {
  return arrays.some(({ name }) => /kernel/i.test(name)) ? layouts.toReversed() : layouts;
}

function sizesOf({ shape }: NamedArray, layout: Layout): { inputs: number; outputs: number } {
  const [first, second] = shape;
  return layout === "outputs-inputs" ? { outputs: first, inputs: second } : { inputs: first, outputs: second };
}

interface Fault {
  readonly at: NamedArray;
  readonly expected: string;
  readonly found: string;
}

/** The first bias or matrix that does not fit, if the matrices lie this way. */
function faultOf(pairs: readonly Pair[], layout: Layout): Fault | undefined {
  let before: number | undefined;
  for (const { matrix, bias } of pairs) {
    const { inputs, outputs } = sizesOf(matrix, layout);
    if (before !== undefined && inputs !== before) {
      return { at: matrix, expected: `${before} inputs, what the layer before gives`, found: shapeText(matrix) };
    }
    if (bias && bias.shape[0] !== outputs) {
      return { at: bias, expected: `${outputs} values, one an output of ${matrix.name}`, found: shapeText(bias) };
    }
    before = outputs;
  }
  return undefined;
}

const shapeText = ({ shape }: NamedArray) => shape.join(" x ");
const describe = (array: NamedArray) => `${array.name} (${shapeText(array)})`;

function wrongShape(file: string, { name }: NamedArray, expected: string, found: string): UserError {
  const where = `${file}: ${name}`;
  const message = `${where}: expected ${expected}, found ${found}`;
  const hint = `--layout says how the matrices lie: ${layouts.join(" or ")}`;
  return new UserError({ code: "wrong-shape", message, where, expected, found, hint });
}
