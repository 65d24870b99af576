/** How the one reset policy of the language looks in Verilog: high or low, synchronous or not. */

export type ResetKind = "sync-high" | "sync-low" | "async-low";

/** The Verilog of a kind of reset. */
export interface ResetStyle {
  /** Whether it acts without an edge of the clock. */
  readonly asynchronous: boolean;
  /** What a reset net is called: an active-low one ends in `_n`. */
  nameOf(name: string): string;
  /** What an always block of a register with reset waits for. */
  edges(clock: string, reset: string): string;
  /** The condition under which reset is on. */
  active(reset: string): string;
  /** The condition under which it is off. */
  inactive(reset: string): string;
}

/** The kinds of reset that a circuit can be printed with. */
export const resetKinds: readonly ResetKind[] = ["sync-high", "sync-low", "async-low"];

/** How a kind of reset looks. */
export function resetStyle(kind: ResetKind): ResetStyle {
  const low = kind !== "sync-high";
  return {
    asynchronous: kind === "async-low",
    nameOf: (name) => (low ? `${name}_n` : name),
    edges: (clock, reset) => (kind === "async-low" ? `posedge ${clock} or negedge ${reset}` : `posedge ${clock}`),
    active: (reset) => (low ? `!${reset}` : reset),
    inactive: (reset) => (low ? reset : `!${reset}`),
  };
}
