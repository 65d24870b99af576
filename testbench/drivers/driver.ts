import type { Simulation, Stalls } from "../simulation.ts";

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

/** The same with both ends hesitating, and with words that come as early as the ports may take them. How long that takes is not told. */
export type StalledDriver<Parameters, Operation, Result> = (
  simulation: Simulation,
  parameters: Parameters,
  operation: Operation,
  stalls: Stalls,
) => Promise<Result>;

/** The results of a driver that takes stalls. */
export function stalledResults<Parameters, Operation, Result>(
  stream: (
    simulation: Simulation,
    parameters: Parameters,
    operation: Operation,
    stalls: Stalls,
  ) => Promise<Outcome<Result>>,
): StalledDriver<Parameters, Operation, Result> {
  return async (...operation) => (await stream(...operation)).result;
}
