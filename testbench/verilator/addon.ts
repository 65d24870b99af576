import { type SimulatorContext, simulatorError } from "../simulator-error.ts";

/** The codes of the errors that calls of an instance throw. */
export type AddonProblem = "stopped" | "finished" | "interrupted" | "closed";

/** A model within this process; `testbench/harness/addon.cpp` is the other side. */
export interface AddonInstance {
  /** The ports, see `mirror.h`. */
  readonly buffer: ArrayBuffer;
  /** Takes over the inputs, makes edges, and gives the outputs. */
  step(cycles: number, limitMs: number): void;
  /** Takes over the inputs and gives the outputs that follow. */
  settle(): void;
  /** Answers a frame of the protocol. */
  run(frame: Uint32Array, limitMs: number): ArrayBuffer;
  /** Rising clock edges since reset ended. */
  edges(): number;
  /** The last of what the design printed. */
  printed(): string;
  close(): void;
}

/** A model ended before its first command. */
export interface StartError extends Error {
  /** What it had printed. */
  readonly printed: string;
}

interface Addon {
  /** Starts a model: a seed for what has no reset, and files for waves and coverage. Throws a `StartError`. */
  open(seed: number, waves: string | null, coverage: string | null): AddonInstance;
}

/** Load the library of a model into this process, where it stays: Node cannot unload it. */
export function loadAddon(library: string, context: SimulatorContext): Addon {
  const loaded: { exports: Partial<Addon> } = { exports: {} };
  try {
    process.dlopen(loaded, library);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw simulatorError(
      context,
      "simulator-died",
      "load the model into Node",
      `${reason}; the transport "child" does without`,
      "a library that Node can load",
    );
  }
  return loaded.exports as Addon;
}
