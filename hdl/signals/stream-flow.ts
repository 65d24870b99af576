/** Where the words of a stream come from, for `timingOf`: see `hdl/streams/flow.ts`. */

/** Word k + `words` comes by `to` no earlier than `edges` after word k came by `from`. */
export interface Bound {
  readonly from: object;
  readonly to: object;
  readonly edges: number;
  readonly words: number;
}

/** A place in a chain of stream parts. */
export interface StreamFlow {
  /** The events that a word is offered here, and that it is taken. */
  readonly offered: object;
  readonly taken: object;
  /** Between these and those of the places before. */
  readonly bounds: readonly Bound[];
  readonly before: readonly StreamFlow[];
  readonly latency: number;
  /** Forks that the words came through, each with whether they still come one for one. */
  readonly forks: ReadonlyMap<object, boolean>;
  /** False where the rate hangs on what these bounds do not say. */
  readonly known: boolean;
}
