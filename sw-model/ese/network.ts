/** The gates of an LSTM in the order in which the hardware holds them: input, forget, candidate, output. */
export const gates = ["i", "f", "g", "o"] as const;

export type Gate = (typeof gates)[number];

/** Gates that see the cell state through a peephole. */
export const peepholeGates = ["i", "f", "o"] as const;

export type PeepholeGate = (typeof peepholeGates)[number];

/**
 * The gates of a GRU by ONNX's names: update, reset, candidate. The candidate has an accumulator for the columns of x and one for those
 * of y, since the reset gate multiplies the second alone; so there are four, and as many biases.
 */
export const gruGates = ["z", "r", "h"] as const;

export type GruGate = (typeof gruGates)[number];

/** The accumulators of a GRU in the order in which the hardware holds them. */
export const gruSums = ["z", "r", "hx", "hr"] as const;

export type GruSum = (typeof gruSums)[number];

/** A stored weight: row, column, raw value. An entry with value 0 is allowed and stored. */
export type WeightEntry = readonly [row: number, col: number, raw: number];

export interface WeightMatrix {
  readonly rows: number;
  readonly cols: number;
  /** In any order, no position twice. */
  readonly entries: readonly WeightEntry[];
}

interface NetworkShape {
  readonly inputs: number;
  readonly cells: number;
  /** Elements of y: rows of the projection, or cells. */
  readonly outputs: number;
}

/** An LSTM in raw integers: what stays while sequences run. */
export interface LstmNetwork extends NetworkShape {
  readonly kind: "lstm";
  /** cells x inputs each. */
  readonly input: Readonly<Record<Gate, WeightMatrix>>;
  /** cells x outputs each. */
  readonly recurrent: Readonly<Record<Gate, WeightMatrix>>;
  /** outputs x cells. */
  readonly projection?: WeightMatrix;
  /** `cells` values each. */
  readonly peephole?: Readonly<Record<PeepholeGate, readonly number[]>>;
  readonly bias: Readonly<Record<Gate, readonly number[]>>;
}

/** A GRU in raw integers; the biases of both parts of the candidate stand by themselves. */
export interface GruNetwork extends NetworkShape {
  readonly kind: "gru";
  /** cells x inputs each. */
  readonly input: Readonly<Record<GruGate, WeightMatrix>>;
  /** cells x cells each. */
  readonly recurrent: Readonly<Record<GruGate, WeightMatrix>>;
  readonly projection?: never;
  readonly bias: Readonly<Record<GruSum, readonly number[]>>;
}

/** What stays while sequences run. */
export type EseNetwork = LstmNetwork | GruNetwork;

/** The matrices of x and of y of every gate, in the order in which the hardware holds the gates. */
export function gateMatrices(network: EseNetwork): readonly { input: WeightMatrix; recurrent: WeightMatrix }[] {
  if (network.kind === "gru") {
    return gruGates.map((gate) => ({ input: network.input[gate], recurrent: network.recurrent[gate] }));
  }
  return gates.map((gate) => ({ input: network.input[gate], recurrent: network.recurrent[gate] }));
}

/** The biases by the names of the accumulators that they are added to. */
export function biasLists(network: EseNetwork): Readonly<Record<string, readonly number[]>> {
  return network.bias;
}

/** State between steps: `cells` values of c, `outputs` values of y. Of a GRU both are its one state, in two formats. */
export interface EseState {
  readonly c: readonly number[];
  readonly y: readonly number[];
}

/** A sequence, a step after another, and the state before it. */
export interface EseSequence {
  /** `inputs` values a step. */
  readonly x: readonly (readonly number[])[];
  readonly state: EseState;
  /** The states of stacked layers above the first, lowest first. */
  readonly above?: readonly EseState[];
}
