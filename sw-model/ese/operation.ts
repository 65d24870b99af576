import { parseEntries } from "../entries.ts";
import { asArray, asInteger, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import {
  type EseNetwork,
  type EseSequence,
  type EseState,
  type Gate,
  gates,
  type PeepholeGate,
  peepholeGates,
  type WeightMatrix,
} from "./network.ts";
import { type EseParameters, outputCount } from "./spec.ts";

/** An LSTM and the sequences to run through it, in raw integers (contract, operations). */
export interface EseOperation {
  readonly network: EseNetwork;
  /** Stacked layers above it, lowest first: y of each is x of the next. */
  readonly above?: readonly EseNetwork[];
  /** One a channel, at most `channels`, all with the same number of steps. */
  readonly sequences: readonly EseSequence[];
  /** Whether x, state and results stand in a list of channels. */
  readonly batched: boolean;
}

/** The last c, or of stacked layers one a layer. */
type LastState = number[] | number[][];

/** y of the last layer step by step and the last c, of one sequence or of each in a list. */
export type EseResult =
  | { readonly y: number[][]; readonly c: LastState }
  | { readonly y: number[][][]; readonly c: LastState[] };

/** All layers of an operation, the first one first. */
export const layersOf = ({ network, above = [] }: Pick<EseOperation, "network" | "above">): readonly EseNetwork[] => [
  network,
  ...above,
];

/** The states of all layers before a sequence. */
export const statesOf = ({ state, above = [] }: EseSequence): readonly EseState[] => [state, ...above];

/** More than any memory can hold; only keeps a misprint from taking all memory. */
const mostLines = 2 ** 20;

/**
 * Reads an `ese` operation from parsed JSON. In place of one network there may be `layers`, a list of them, and the state then has a
 * list in c and in y, one a layer. `x` is a list of steps, or a list of such lists, one a channel; `state` then is a
 * list too. Throws `UserError` with the JSON path: wrong-shape, value-out-of-range, duplicate-entry.
 */
export function parseEseOperation(value: unknown, p: EseParameters, source?: string): EseOperation {
  const at = root(source);
  const isStacked = typeof value === "object" && value !== null && "layers" in value;
  const parts = ["weights", "bias", ...(p.peephole ? ["peephole"] : [])];
  const fields = asObject(value, at, [...(isStacked ? ["layers"] : parts), "x"], ["state"]);
  const layers = isStacked ? parseLayers(fields.layers, inside(at, "layers"), parts, p) : [parseNetwork(fields, at, p)];
  const [network, ...above] = layers;
  const xAt = inside(at, "x");
  const batched = isBatched(fields.x);
  const lists = batched ? asArray(fields.x, xAt, "sequences") : [fields.x];
  if (lists.length > p.channels) {
    throw wrongShape(xAt, `at most ${p.channels} sequences (channels)`, `${lists.length} sequences`);
  }
  const x = lists.map((list, i) => parseSteps(list, batched ? inside(xAt, i) : xAt, network, p));
  const uneven = x.findIndex(({ length }) => length !== x[0].length);
  if (uneven > 0) throw wrongShape(inside(xAt, uneven), `${x[0].length} steps, as in the first`, `${x[uneven].length}`);

  const stateAt = inside(at, "state");
  const states: readonly unknown[] =
    batched && fields.state !== undefined
      ? asArray(fields.state, stateAt, "states, one a sequence", lists.length)
      : lists.map(() => fields.state);
  const sequences = x.map((steps, i): EseSequence => {
    const place = batched ? inside(stateAt, i) : stateAt;
    if (!isStacked) return { x: steps, state: parseState(states[i], place, network, p) };
    const [state, ...rest] = parseStates(states[i], place, layers, p);
    return { x: steps, state, above: rest };
  });
  return { network, ...(isStacked ? { above } : {}), sequences, batched };
}

function parseLayers(value: unknown, at: Place, parts: readonly string[], p: EseParameters): EseNetwork[] {
  const list = asArray(value, at, "layers");
  if (list.length === 0) throw wrongShape(at, "at least one layer", "none");
  const layers: EseNetwork[] = [];
  for (const [k, layer] of list.entries()) {
    const place = inside(at, k);
    const inputs: Known | undefined = k === 0 ? undefined : [layers[k - 1].outputs, `the outputs of layers[${k - 1}]`];
    layers.push(parseNetwork(asObject(layer, place, parts), place, p, inputs));
  }
  return layers;
}

/** `from` tells how many inputs a layer must have. */
function parseNetwork(fields: Record<string, unknown>, at: Place, p: EseParameters, from?: Known): EseNetwork {
  const weightsAt = inside(at, "weights");
  const names = gates.flatMap((gate) => [`${gate}x`, `${gate}r`]);
  const weights = asObject(fields.weights, weightsAt, [...names, ...(p.projection > 0 ? ["ym"] : [])]);
  const matrix = (name: string, shape: MatrixShape) => parseMatrix(weights[name], inside(weightsAt, name), shape, p);
  const first = matrix("ix", from ? { cols: from } : {});
  const { rows: cells, cols: inputs } = first;
  const outputs = outputCount(p, cells);
  const byGate = <T>(read: (gate: Gate) => T) => ({ i: read("i"), f: read("f"), g: read("g"), o: read("o") });
  const asIx = "the rows of weights.ix";
  const input = byGate((gate) =>
    gate === "i" ? first : matrix(`${gate}x`, { rows: [cells, asIx], cols: [inputs, "the columns of weights.ix"] }),
  );
  const asOutputs = p.projection > 0 ? "projection" : asIx;
  const recurrent = byGate((gate) => matrix(`${gate}r`, { rows: [cells, asIx], cols: [outputs, asOutputs] }));

  const biasAt = inside(at, "bias");
  const biases = asObject(fields.bias, biasAt, gates);
  const bias = byGate((gate) => signedValues(biases[gate], inside(biasAt, gate), p.biasBits, "biasBits", cells));
  return {
    inputs,
    cells,
    outputs,
    input,
    recurrent,
    bias,
    ...(p.projection > 0 ? { projection: matrix("ym", { rows: [outputs, "projection"], cols: [cells, asIx] }) } : {}),
    ...(p.peephole ? { peephole: parsePeephole(fields.peephole, inside(at, "peephole"), cells, p) } : {}),
  };
}

/** A count that is known, and where from. */
type Known = readonly [count: number, from: string];

interface MatrixShape {
  readonly rows?: Known;
  readonly cols?: Known;
}

function parseMatrix(value: unknown, at: Place, shape: MatrixShape, { weightBits }: EseParameters): WeightMatrix {
  const fields = asObject(value, at, ["rows", "cols", "entries"]);
  const count = (name: "rows" | "cols") => {
    const found = asInteger(fields[name], inside(at, name), 1, mostLines);
    const known = shape[name];
    if (known && found !== known[0]) throw wrongShape(inside(at, name), `${known[0]}, ${known[1]}`, `${found}`);
    return found;
  };
  const rows = count("rows");
  const cols = count("cols");
  const half = 2 ** (weightBits - 1);
  const range = { min: -half, max: half - 1, what: `${weightBits} bits signed, weightBits` };
  return { rows, cols, entries: parseEntries(fields.entries, inside(at, "entries"), { rows, cols }, "raw", range) };
}

function parsePeephole(value: unknown, at: Place, cells: number, { weightBits }: EseParameters) {
  const fields = asObject(value, at, peepholeGates);
  const read = (gate: PeepholeGate) => signedValues(fields[gate], inside(at, gate), weightBits, "weightBits", cells);
  return { i: read("i"), f: read("f"), o: read("o") };
}

function parseSteps(value: unknown, at: Place, { inputs }: EseNetwork, { activationBits }: EseParameters): number[][] {
  const steps = asArray(value, at, "steps");
  if (steps.length === 0) throw wrongShape(at, "at least one step", "none");
  return steps.map((step, t) => signedValues(step, inside(at, t), activationBits, "activationBits", inputs));
}

function parseState(value: unknown, at: Place, { cells, outputs }: EseNetwork, p: EseParameters): EseState {
  if (value === undefined) return { c: new Array<number>(cells).fill(0), y: new Array<number>(outputs).fill(0) };
  const fields = asObject(value, at, ["c", "y"]);
  return {
    c: signedValues(fields.c, inside(at, "c"), p.stateBits, "stateBits", cells),
    y: signedValues(fields.y, inside(at, "y"), p.activationBits, "activationBits", outputs),
  };
}

/** `{c, y}` with a list of values a layer in each. */
function parseStates(value: unknown, at: Place, layers: readonly EseNetwork[], p: EseParameters): EseState[] {
  if (value === undefined) return layers.map((network) => parseState(undefined, at, network, p));
  const fields = asObject(value, at, ["c", "y"]);
  const each = (name: "c" | "y") => asArray(fields[name], inside(at, name), "lists, one a layer", layers.length);
  const [c, y] = [each("c"), each("y")];
  return layers.map(({ cells, outputs }, k) => ({
    c: signedValues(c[k], inside(inside(at, "c"), k), p.stateBits, "stateBits", cells),
    y: signedValues(y[k], inside(inside(at, "y"), k), p.activationBits, "activationBits", outputs),
  }));
}

function signedValues(value: unknown, at: Place, width: number, parameter: string, length: number): number[] {
  const half = 2 ** (width - 1);
  const limit = `${width} bits signed, ${parameter}`;
  return asArray(value, at, "raw values", length).map((raw, i) =>
    asInteger(raw, inside(at, i), -half, half - 1, limit),
  );
}

/** Steps of sequences, and not of one: three brackets deep. */
function isBatched(x: unknown): boolean {
  return Array.isArray(x) && Array.isArray(x[0]) && Array.isArray(x[0][0]);
}
