import type { Simulation } from "../simulation.ts";

/** What running one operation on the hardware gives. */
export interface Outcome<Result> {
  readonly result: Result;
  /** Clock edges of computing; loading and read-out are apart. A combinational design counts one a vector. */
  readonly cycles: number;
  readonly ioCycles: number;
}

/** How an operation enters and leaves the RTL of a generator through its ports. */
export type Driver<Parameters, Operation, Result> = (
  simulation: Simulation,
  parameters: Parameters,
  operation: Operation,
) => Promise<Outcome<Result>>;
