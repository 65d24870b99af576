import type { SrmacOperation, SrmacResult } from "../../sw-model/srmac/golden.ts";
import { bWidthOf, type SrmacParameters } from "../../sw-model/srmac/spec.ts";
import type { Command, Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";

/** Loads the seed, then streams all dot products through, back to back or with stalls at both ends. */
export async function streamSrmac(
  simulation: Simulation,
  parameters: SrmacParameters,
  { dots, seed }: SrmacOperation,
  stalls?: Stalls,
): Promise<Outcome<SrmacResult>> {
  const { width, outWidth } = parameters;
  const bWidth = bWidthOf(parameters);
  const rows = dots.flatMap(({ a, b }) =>
    // An empty product is one of zeros.
    a.length === 0
      ? [[0, 0, 1]]
      : a.map((value, i) => [unsigned(value, width), unsigned(b[i], bWidth), i === a.length - 1 ? 1 : 0]),
  );
  const before = simulation.edges;
  const results = await simulation.execute([
    ...seedCommands(parameters, seed === undefined ? [] : [seed]),
    {
      kind: "exchange",
      push: {
        valid: "terms_valid",
        ready: "terms_ready",
        data: ["terms_data_a", "terms_data_b", "terms_data_last"],
        rows,
      },
      pull: { valid: "results_valid", ready: "results_ready", data: ["results_data"], count: dots.length },
      ...(stalls ? { stalls } : {}),
      limit: 10_000,
    },
  ]);
  const values = results[results.length - 1];
  const cycles = Number(values[values.length - 1]);
  return {
    result: { y: values.slice(0, -1).map((value) => BigInt.asIntN(outWidth, value)) },
    cycles,
    ioCycles: simulation.edges - before - cycles,
  };
}

/** Shifts a seed into each of some random sources at the same time, the lowest bits first; source i is bit i of a word. */
export function seedCommands(
  { rounding, dropBits, lfsrWidth }: Pick<SrmacParameters, "rounding" | "dropBits" | "lfsrWidth">,
  seeds: readonly number[],
): Command[] {
  if (rounding !== "stochastic" || dropBits === 0 || seeds.length === 0) return [];
  // Hardware takes a seed of 0 for this one. Sent so, its guard against the state 0 is at work too.
  const sent = seeds.map((seed) => (seed === 2 ** (lfsrWidth - 1) ? 0 : seed));
  const rows = Array.from({ length: lfsrWidth }, (_, bit) => [
    sent.reduce((word, seed, i) => word | (BigInt(Math.floor(seed / 2 ** bit) % 2) << BigInt(i)), 0n),
  ]);
  return [{ kind: "push", valid: "seed_valid", ready: "seed_ready", data: ["seed_data"], rows, limit: 1000 }];
}

/** The bit pattern of a signed number of at most 32 bits. */
export function unsigned(value: number, width: number): number {
  return value < 0 ? value + 2 ** width : value;
}

/** An operation without stalls. */
export const driveSrmac: Driver<SrmacParameters, SrmacOperation, SrmacResult> = (simulation, parameters, operation) =>
  streamSrmac(simulation, parameters, operation);
