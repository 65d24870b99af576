/** A named operation that aims at one corner. */
export interface DirectedCase<Operation> {
  readonly name: string;
  readonly operation: Operation;
}
