/** Where the words of a stream come from, for `timingOf`: see `hdl/streams/flow.ts`. */

/**
 * Word k + `words` comes by `to` no earlier than `edges` after word k came by `from`. With phases: of each `step` words there
 * the one at `at`, as word k.
 */
export interface Bound {
  readonly from: object;
  readonly to: object;
  readonly edges: number;
  readonly words: number;
  readonly fromPhase?: Phase;
  readonly toPhase?: Phase;
}

export interface Phase {
  readonly step: number;
  readonly at: number;
}

/** A place in a chain of stream parts. */
export interface StreamFlow {
  /** The events that a word is offered here, and that it is taken. */
  readonly offered: object;
  readonly taken: object;
  /** Between these and those of the places before. */
  readonly bounds: readonly Bound[];
  readonly before: readonly StreamFlow[];
  /** So many words here are so many of each place before. */
  readonly ratio: { readonly here: number; readonly before: number };
  readonly latency: number;
  /** Forks that the words came through, each with whether they still come one for one. */
  readonly forks: ReadonlyMap<object, boolean>;
  /** False where the rate hangs on what these bounds do not say. */
  readonly known: boolean;
}
