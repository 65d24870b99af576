/** The gates in the order in which the hardware holds them: input, forget, candidate, output. */
export const gates = ["i", "f", "g", "o"] as const;

export type Gate = (typeof gates)[number];

/** Gates that see the cell state through a peephole. */
export const peepholeGates = ["i", "f", "o"] as const;

export type PeepholeGate = (typeof peepholeGates)[number];

/** A stored weight: row, column, raw value. An entry with value 0 is allowed and stored. */
export type WeightEntry = readonly [row: number, col: number, raw: number];

export interface WeightMatrix {
  readonly rows: number;
  readonly cols: number;
  /** In any order, no position twice. */
  readonly entries: readonly WeightEntry[];
}

/** An LSTM in raw integers: what stays while sequences run. */
export interface EseNetwork {
  readonly inputs: number;
  readonly cells: number;
  /** Elements of y: rows of the projection, or cells. */
  readonly outputs: number;
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

/** State between steps: `cells` values of c, `outputs` values of y. */
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
