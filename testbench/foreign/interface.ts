/** What a tool knows of a foreign module after elaboration. */

/** A port with its place in the source. */
export interface ForeignPort {
  readonly name: string;
  readonly direction: "input" | "output" | "inout";
  /** Bits; 0 of a port that has none. */
  readonly width: number;
  readonly signed: boolean;
  /** What it is where it is no vector of bits, as in "real". */
  readonly odd?: string;
  /** File and line. */
  readonly at: string;
}

/** The outside of an elaborated module. */
export interface ForeignInterface {
  /** In the order of the declaration. */
  readonly ports: readonly ForeignPort[];
  /** Whether anything in the design waits for an edge. */
  readonly clocked: boolean;
}

/** What is read: the text of the design, and a module around an instance `dut` of the top module with its parameters. */
export interface Reading {
  readonly verilog: string;
  readonly around: string;
  readonly top: string;
  readonly timeoutMs: number;
}

/** Name of the module around the instance. */
export const probe = "whittle_probe";
