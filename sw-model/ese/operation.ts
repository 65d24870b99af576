import { asArray, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import type { EseNetwork, EseSequence, EseState } from "./network.ts";
import { type Known, parseNetwork } from "./parse-network.ts";
import { signedValues } from "./parse-values.ts";
import type { EseParameters } from "./spec.ts";

/** An LSTM or a GRU and the sequences to run through it, in raw integers (contract, operations). */
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

/** Steps of sequences, and not of one: three brackets deep. */
function isBatched(x: unknown): boolean {
  return Array.isArray(x) && Array.isArray(x[0]) && Array.isArray(x[0][0]);
}
