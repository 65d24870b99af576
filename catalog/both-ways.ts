import type { RunOutcome } from "../testbench/crosscheck.ts";
import type { Simulation, Stalls } from "../testbench/simulation.ts";
import type { AnyGenerator } from "./generator.ts";

/** Shares of 256 in which the ends hesitate: results that nobody takes for long, a host that is late, both. */
const shares = [
  { push: 0, pull: 250 },
  { push: 0, pull: 90 },
  { push: 120, pull: 60 },
  { push: 20, pull: 200 },
  { push: 200, pull: 0 },
];

/** Clocks beyond which an operation aims at something else than the ends of streams, and would take long with stalls. */
const longest = 4096;

/**
 * A function that runs operations, one after another: each as `drive` does and, where the generator has streams at both ends, once
 * more with stalls that its place in the simulation decides, unless it is a long one; and where seeds enter, twice in a row.
 */
export function bothWays(
  { drive, driveStalled, driveTwice }: Pick<AnyGenerator, "drive" | "driveStalled" | "driveTwice">,
  parameters: object,
): (simulation: Simulation, operation: unknown) => Promise<RunOutcome<unknown>> {
  const places = new WeakMap<Simulation, number>();
  return async (simulation, operation) => {
    const outcome = await drive(simulation, parameters, operation);
    if (!driveStalled || outcome.cycles > longest) return outcome;
    const place = places.get(simulation) ?? 0;
    places.set(simulation, place + 1);
    const stalls: Stalls = { seed: place + 1, ...shares[Math.floor(place / 2) % shares.length] };
    const result = await driveStalled(simulation, parameters, operation, stalls);
    const twice = (await driveTwice?.(simulation, parameters, operation, stalls)) ?? [];
    return { ...outcome, stalled: { results: [result, ...twice], stalls } };
  };
}
