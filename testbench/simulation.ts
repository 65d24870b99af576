import type { Circuit, VerilogParameter } from "../hdl/index.ts";

/**
 * What every simulation engine offers: a program of commands that runs beside the model, so that a whole operation
 * costs a few messages and never one per clock cycle.
 *
 * Values are unsigned bit patterns: a signed port holds its two's complement, masked to the port's width.
 */
export interface PortDescription {
  /** The name in the Verilog. */
  readonly name: string;
  readonly direction: "input" | "output";
  /** Bits. */
  readonly width: number;
  readonly signed: boolean;
}

/** The value of a parameter: a bigint where 32 bits do not hold it, of as many whole words as it needs. */
export type GivenParameter = VerilogParameter | bigint;

/** A Verilog design under test: all that an engine needs to know. */
export interface DesignUnderTest {
  /** Name of the top module. */
  readonly top: string;
  /** Verilog-2005 source, complete. Checks may stand under `ifdef WHITTLE_CHECKS`, see `emitVerilog`. */
  readonly verilog: string;
  /** Ports of the top module, clock and reset not among them. */
  readonly ports: readonly PortDescription[];
  /** Clock input; absent for a combinational design (then a step only settles the logic). */
  readonly clock?: string;
  /**
   * Clocks of a design with several. They stand among the ports, and rise where a program sets them from 0 to 1, in one row
   * of a batch at the same moment; other inputs should change in another row. Resets are ordinary inputs then.
   */
  readonly clocks?: readonly string[];
  /** Reset input. The engine holds it active for two edges at start, all other inputs 0; a program may set it again. */
  readonly reset?: string;
  /** Whether the reset is active while it is 0. */
  readonly resetActiveLow?: boolean;
  /** Parameters that the top module is given in place of its own defaults. */
  readonly parameters?: Readonly<Record<string, GivenParameter>>;
  /** The circuit that the Verilog was made from; the wasm engine runs it, and nothing else. */
  readonly circuit?: Circuit;
}

/** A bit pattern of any width. */
export type Bits = number | bigint;

/** The ports of a stream. */
export interface StreamPorts {
  readonly valid: string;
  readonly ready: string;
  readonly data: readonly string[];
}

/**
 * How often the two ends of an exchange hesitate: before each edge a 32-bit xorshift generator (13, 17, 5) steps from `seed`
 * (not 0). The next row is not offered yet while its lowest 8 bits are below `push`, and none is taken while the next 8
 * bits are below `pull`. So both are shares of 256, at most 255.
 */
export interface Stalls {
  readonly seed: number;
  readonly push: number;
  readonly pull: number;
}

/** A step of a program that runs beside the model. */
export type Command =
  /** Set an input; it takes effect at once (combinational logic settles before the next peek or edge). */
  | { readonly kind: "poke"; readonly port: string; readonly value: Bits }
  /** Read a port after the logic has settled. Gives one value. */
  | { readonly kind: "peek"; readonly port: string }
  /** Advance `cycles` rising clock edges. */
  | { readonly kind: "step"; readonly cycles: number }
  /**
   * For each row: set `inputs` to the row's values, settle, read `outputs`, then one clock edge (none when combinational).
   * Gives rows x outputs values, row-major.
   */
  | {
      readonly kind: "batch";
      readonly inputs: readonly string[];
      readonly rows: readonly (readonly Bits[])[];
      readonly outputs: readonly string[];
    }
  /**
   * Feed rows into a valid/ready input: hold `valid` high with the row's data until an edge at which `ready` is high.
   * One row an edge when ready stays high. Leaves `valid` low. Fails when `limit` edges pass without one accepted row.
   */
  | {
      readonly kind: "push";
      readonly valid: string;
      readonly ready: string;
      readonly data: readonly string[];
      readonly rows: readonly (readonly Bits[])[];
      readonly limit: number;
    }
  /**
   * Collect `count` rows of a valid/ready output; `ready` is high only during this command.
   * Gives count x data values, row-major. Fails when `limit` edges pass without one row.
   */
  | {
      readonly kind: "pull";
      readonly valid: string;
      readonly ready: string;
      readonly data: readonly string[];
      readonly count: number;
      readonly limit: number;
    }
  /**
   * Feed rows into one stream while rows of another are collected, at the same edges; each end works as in `push` and
   * `pull`. With `stalls` the two ends hesitate at random (see `Stalls`). Gives count x data values, row-major, then the number
   * of edges from the one that accepts the first row to the one that hands over the last collected one (0 where either end
   * has no rows). Fails when `limit` edges pass at which no row moves.
   */
  | {
      readonly kind: "exchange";
      readonly push: StreamPorts & { readonly rows: readonly (readonly Bits[])[] };
      readonly pull: StreamPorts & { readonly count: number };
      readonly stalls?: Stalls;
      readonly limit: number;
    }
  /** Step until `port` reads `value` after an edge (0 edges when it does already). Gives the number of edges. Fails beyond `limit`. */
  | { readonly kind: "until"; readonly port: string; readonly value: Bits; readonly limit: number };

/** One entry a command, in order: the values that the command gives, empty when it gives none. */
export type CommandResults = readonly (readonly bigint[])[];

/** What runs a design. */
export type EngineName = "wasm" | "verilator" | "icarus";

/** A running model. A failure rejects with a UserError (exit status 1) that names the command, and ends the simulation. */
export interface Simulation {
  /** "lockstep": two engines side by side, see `startLockstep`. */
  readonly engine: EngineName | "lockstep";
  readonly design: DesignUnderTest;
  /** Run commands in order, in one message where the engine has messages. */
  execute(commands: readonly Command[]): Promise<CommandResults>;
  /** Rising clock edges since reset ended. */
  readonly edges: number;
  /** End the model; no process is left. Safe to call twice. */
  close(): Promise<void>;
}
