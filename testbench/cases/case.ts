/** A named operation that aims at one corner. */
export interface DirectedCase<Operation> {
  readonly name: string;
  readonly operation: Operation;
  /** It takes more than `longCount` clocks: a run over many designs may leave it out. */
  readonly long?: boolean;
}

/** Clocks of a short operation. */
export const longCount = 4096;
