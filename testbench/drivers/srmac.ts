import type { SrmacOperation, SrmacResult } from "../../sw-model/srmac/golden.ts";
import { bWidthOf, type SrmacParameters } from "../../sw-model/srmac/spec.ts";
import type { Command, Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import { gather } from "./edges.ts";

const terms = { valid: "terms_valid", ready: "terms_ready", data: ["terms_data_a", "terms_data_b", "terms_data_last"] };
const resultPorts = { valid: "results_valid", ready: "results_ready", data: ["results_data"] };

/** The words of dot products; an empty one is one of zeros. */
function termRows(parameters: SrmacParameters, dots: SrmacOperation["dots"]): number[][] {
  const { width } = parameters;
  const bWidth = bWidthOf(parameters);
  return dots.flatMap(({ a, b }) =>
    a.length === 0
      ? [[0, 0, 1]]
      : a.map((value, i) => [unsigned(value, width), unsigned(b[i], bWidth), i === a.length - 1 ? 1 : 0]),
  );
}

/** Loads the seed, then streams all dot products through, back to back or with stalls at both ends. */
export async function streamSrmac(
  simulation: Simulation,
  parameters: SrmacParameters,
  { dots, seed }: SrmacOperation,
  stalls?: Stalls,
): Promise<Outcome<SrmacResult>> {
  const rows = termRows(parameters, dots);
  const before = simulation.edges;
  const results = await simulation.execute([
    ...seedCommands(parameters, seed === undefined ? [] : [seed]),
    {
      kind: "exchange",
      push: { ...terms, rows },
      pull: { ...resultPorts, count: dots.length },
      ...(stalls ? { stalls } : {}),
      limit: 10_000,
    },
  ]);
  const values = results[results.length - 1];
  const cycles = Number(values[values.length - 1]);
  return {
    result: { y: values.slice(0, -1).map((value) => BigInt.asIntN(parameters.outWidth, value)) },
    cycles,
    ioCycles: simulation.edges - before - cycles,
  };
}

/**
 * The operation twice with stalls. The seed of the second one is offered while the last result of the first waits; or, by the seed of the
 * stalls, comes in between a first sum and its rounding, which it then counts for. Terms are on offer while only a part of it
 * is in. Gives both results; none where there is no seed to load, or nothing to wait.
 */
export async function twiceSrmac(
  simulation: Simulation,
  parameters: SrmacParameters,
  { dots, seed }: SrmacOperation,
  stalls: Stalls,
): Promise<SrmacResult[]> {
  const [load] = seedCommands(parameters, seed === undefined ? [] : [seed]);
  if (load?.kind !== "push" || dots.length === 0) return [];
  const { kind: _, limit, rows: bits, ...seedPorts } = load;
  const rows = termRows(parameters, dots);
  const amid = stalls.seed % 2 === 0;
  const waiting = amid ? 0 : 1;
  const early = amid ? Math.max(1, dots[0].a.length) : 0;
  const first = { ...resultPorts, count: dots.length - waiting };
  const firstBit = { ...seedPorts, rows: bits.slice(0, 1) };
  const results = await simulation.execute([
    load,
    { kind: "exchange", push: { ...terms, rows }, pull: first, stalls, limit: 10_000 },
    // The last sum is rounded by then.
    { kind: "step", cycles: 8 },
    { kind: "push", ...terms, rows: rows.slice(0, early), limit },
    { kind: "step", cycles: amid ? Math.floor(stalls.seed / 2) % 2 : 0 },
    {
      kind: "exchange",
      push: firstBit,
      pull: { ...resultPorts, count: waiting },
      stalls: { ...stalls, push: 0 },
      limit,
    },
  ]);
  const feeds = [
    { ...terms, rows: rows.slice(early) },
    { ...seedPorts, rows: bits.slice(1) },
  ];
  const pull = { ...resultPorts, count: dots.length };
  const second = await gather(simulation, { feeds, pull, stalls, limit: 10_000 });
  const signed = (values: readonly bigint[]) => ({
    y: values.map((value) => BigInt.asIntN(parameters.outWidth, value)),
  });
  return [signed([...results[1].slice(0, -1), ...results[5].slice(0, -1)]), signed(second.values)];
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
