import type { Coverage } from "../hdl/index.ts";
import type { CoverageDatabase } from "./coverage/database.ts";

/** How to start a simulation, for every engine. */
export interface SimulationOptions {
  /** Write a VCD file of the whole run, reset included. */
  readonly waves?: string;
  /** Seed of the random values that memories and registers without reset start with (Verilator). Default 1. */
  readonly seed?: number;
  /** How long the simulator may work on one message, in milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
  /**
   * Whether a stream that changes or takes back what it offers ends the run, of a design that `designOf` made. Default true. With false,
   * Verilator and Icarus skip the assertions and assumptions that the design states itself, too.
   */
  readonly checks?: boolean;
  /**
   * Counts how often each arm of `when` and `switch` is taken (wasm, verilator); a database also the lines and toggles of the Verilog
   * (verilator, which builds another model for it). Icarus counts nothing, and refuses.
   */
  readonly coverage?: Coverage | CoverageDatabase;
  /**
   * Where a Verilated model runs: in a child process, whose crash is an error and nothing more (default), or in this process, for
   * tests that look at the pins in every cycle. Other engines have one way only.
   */
  readonly transport?: "child" | "in-process";
  /** Memories that `readMemory` and `writeMemory` may reach, by their Verilog names (Verilator). */
  readonly memories?: readonly { readonly module: string; readonly name: string }[];
  /** Builds for `save` and `restore` (Verilator). */
  readonly snapshots?: boolean;
  /** Builds for waves that begin later, by `recordWaves` (Verilator). */
  readonly traced?: boolean;
  /** Gets progress in words ("compiling eie with Verilator"). */
  readonly log?: (line: string) => void;
}

export const defaultTimeoutMs = 120_000;
