/** The first word of every frame, "WHTL". */
export const magic = 0x4c544857;
/** Counts up when frames change their meaning. */
export const protocolVersion = 2;

/** The number of each command in a frame. */
export const opcodes = {
  poke: 1,
  peek: 2,
  step: 3,
  batch: 4,
  push: 5,
  pull: 6,
  until: 7,
  exchange: 8,
  eval: 9,
  clocks: 10,
  readMemory: 11,
  writeMemory: 12,
  save: 13,
  restore: 14,
  waves: 15,
} as const;

/** What a reply says in its status word. */
export const statuses = ["ok", "command-failed", "malformed", "finished", "stopped", "interrupted"] as const;

/**
 * How to take apart the part of a reply that one command gave: values of `widths`, again and again, then those of `tail`. In
 * `columns`, all values of one width come before those of the next.
 */
export interface ResultShape {
  readonly widths: readonly number[];
  readonly rows: number;
  readonly tail?: readonly number[];
  readonly columns?: boolean;
}

/** A request frame and the shape of its reply. */
export interface EncodedProgram {
  readonly frame: Uint32Array;
  readonly shapes: readonly ResultShape[];
}

/** The largest frame that either side takes. */
export const maxFrameBytes = 2 ** 30;
