import { UserError } from "../../sw-model/errors.ts";
import type { EngineName } from "../simulation.ts";
import type { FailureWaves } from "../waves/failure.ts";

/** Where two engines first differ. */
export interface Divergence {
  /** Verilog name of the port; of several that differ in this cycle the first one that was compared. */
  readonly port: string;
  /** Clock edges between the end of reset and the reading; of a combinational design: rows of batches. */
  readonly cycle: number;
  /** Bit patterns, in the order of `engines`. */
  readonly values: readonly [bigint, bigint];
  readonly engines: readonly [EngineName, EngineName];
}

/** The last cycles up to a divergence: as text, and the files that were asked for. */
export interface DivergenceWaves {
  readonly text: string;
  readonly files?: Omit<FailureWaves, "text">;
  /** Why there are no files. */
  readonly problem?: string;
}

/** Two engines do not agree (exit status 1). The message of the error shows the last cycles, that of `details` is a line. */
export class EnginesDiffer extends UserError {
  readonly divergence: Divergence;
  readonly waves: DivergenceWaves;

  constructor(top: string, divergence: Divergence, doing: string, waves: DivergenceWaves) {
    const { port, cycle, values, engines } = divergence;
    const [first, second] = engines.map((engine, i) => `${values[i]} (0x${values[i].toString(16)}) on ${engine}`);
    super(
      {
        code: "engines-differ",
        message: `${top}: port ${port} differs in cycle ${cycle}: ${first}, ${second} (command: ${doing})`,
        where: `${top}.${port}, cycle ${cycle}`,
        expected: first,
        found: second,
        hint: "a port that means nothing in this cycle can be left out of `compare`; what has no reset starts differently in each engine",
      },
      1,
    );
    this.divergence = divergence;
    this.waves = waves;
    const files = waves.files === undefined ? [] : Object.values(waves.files);
    const problem = waves.problem === undefined ? [] : [`no files of the last cycles: ${waves.problem}`];
    this.message = [this.message, waves.text, ...files, ...problem].join("\n");
  }
}
