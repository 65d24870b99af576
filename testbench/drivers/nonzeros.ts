import { loadSpaces } from "../../generators/lnzd/load-spaces.ts";
import type { Nonzeros, NonzerosOperation } from "../../sw-model/lnzd/nonzeros.ts";
import type { LnzdScanParameters } from "../../sw-model/lnzdscan/spec.ts";
import type { LnzdTreeParameters } from "../../sw-model/lnzdtree/spec.ts";
import type { Bits, Command, Simulation, Stalls, StreamPorts } from "../simulation.ts";
import type { Driver, Outcome, StalledDriver } from "./driver.ts";

/** How a host drives the load port of a scanner. */
export interface ScannerPort {
  /** The data ports of `load` beside `load_data_space`. */
  readonly ports: readonly string[];
  /** The words, in those ports' order, that write a vector; zeros too. */
  words(vector: readonly bigint[]): readonly (readonly Bits[])[];
}

export function scanPort({ lanes, width }: LnzdScanParameters): ScannerPort {
  return {
    ports: ["address", "data"],
    words: (vector) =>
      Array.from({ length: Math.ceil(vector.length / lanes) }, (_, address) => {
        const values = vector.slice(address * lanes, (address + 1) * lanes);
        return [address, values.reduceRight((word, value) => (word << BigInt(width)) | value, 0n)];
      }),
  };
}

export function treePort({ leaves }: LnzdTreeParameters): ScannerPort {
  return {
    ports: ["leaf", "address", "data"],
    words: (vector) => vector.map((value, i) => [i % leaves, Math.floor(i / leaves), value]),
  };
}

const result: StreamPorts = {
  valid: "nonzeros_valid",
  ready: "nonzeros_ready",
  data: ["nonzeros_data_end", "nonzeros_data_index", "nonzeros_data_value"],
};

/** The stream of commands and words. */
function loadPort({ ports }: ScannerPort): StreamPorts {
  return { valid: "load_valid", ready: "load_ready", data: ["space", ...ports].map((port) => `load_data_${port}`) };
}

/** A word of the load port that needs nothing but its space: the others must not count. */
function command({ ports }: ScannerPort, space: number): readonly Bits[] {
  return [space, ...ports.map(() => 1)];
}

/** Writes a vector; with `clear`, whatever stood beyond its end is zero then. */
export function loadVector(port: ScannerPort, vector: readonly bigint[], clear: boolean): Command {
  return { kind: "push", ...loadPort(port), rows: loadRows(port, vector, clear), limit: 10 };
}

function loadRows(port: ScannerPort, vector: readonly bigint[], clear: boolean): (readonly Bits[])[] {
  const words = port.words(vector).map((word) => [loadSpaces.values, ...word]);
  return clear ? [command(port, loadSpaces.clear), ...words] : words;
}

/** Starts a scan. */
export function startScan(port: ScannerPort): Command {
  return { kind: "push", ...loadPort(port), rows: [command(port, loadSpaces.scan)], limit: 10 };
}

/**
 * Writes each vector and collects its nonzeros up to the end mark. What a longer vector before it left is cleared; a vector as
 * long or longer overwrites it. `stalls` makes the consumer hesitate.
 */
export async function streamNonzeros(
  simulation: Simulation,
  port: ScannerPort,
  { vectors }: NonzerosOperation,
  stalls?: Stalls,
): Promise<Outcome<{ results: Nonzeros[] }>> {
  const before = simulation.edges;
  const results: Nonzeros[] = [];
  let cycles = 0;
  // What an earlier operation left is not known.
  let written = Number.POSITIVE_INFINITY;
  for (const vector of vectors) {
    const count = vector.filter((value) => value !== 0n).length + 1;
    const [, , , values] = await simulation.execute([
      loadVector(port, vector, vector.length < written),
      // What is not offered must not count.
      { kind: "poke", port: "load_data_space", value: loadSpaces.clear },
      { kind: "step", cycles: 1 },
      {
        kind: "exchange",
        push: { ...loadPort(port), rows: [command(port, loadSpaces.scan)] },
        pull: { ...result, count },
        ...(stalls ? { stalls } : {}),
        limit: 1000,
      },
      // The end mark was the last word, so nothing is left.
      { kind: "until", port: "busy", value: 0, limit: 0 },
    ]);
    written = vector.length;
    cycles += Number(values[values.length - 1]);
    results.push(nonzerosOf(values, count));
  }
  return { result: { results }, cycles, ioCycles: simulation.edges - before - cycles };
}

/** What came before the end mark. */
function nonzerosOf(values: readonly bigint[], count: number): Nonzeros {
  const words = Array.from({ length: count }, (_, i) => values.slice(3 * i, 3 * i + 3));
  const end = words.findIndex(([mark]) => mark === 1n);
  const found = words.slice(0, end < 0 ? count : end);
  return { indices: found.map(([, index]) => Number(index)), values: found.map(([, , value]) => value) };
}

type NonzerosDriver<P> = Driver<P, NonzerosOperation, { results: Nonzeros[] }>;

export const driveLnzdScan: NonzerosDriver<LnzdScanParameters> = (simulation, parameters, operation) =>
  streamNonzeros(simulation, scanPort(parameters), operation);

export const driveLnzdTree: NonzerosDriver<LnzdTreeParameters> = (simulation, parameters, operation) =>
  streamNonzeros(simulation, treePort(parameters), operation);

/**
 * The same with all words on offer from the start, those of the next vector while one is given, and both ends hesitating. The
 * first word of the last vector comes before anybody takes it, and only its end mark ends `busy`.
 */
async function streamAhead(
  simulation: Simulation,
  port: ScannerPort,
  { vectors }: NonzerosOperation,
  stalls: Stalls,
): Promise<{ results: Nonzeros[] }> {
  const rows = vectors.flatMap((vector, i) => [
    ...loadRows(port, vector, i === 0 || vector.length < vectors[i - 1].length),
    command(port, loadSpaces.scan),
  ]);
  const counts = vectors.map((vector) => vector.filter((value) => value !== 0n).length + 1);
  const last = vectors.length - 1;
  const exchange = (rows: readonly (readonly Bits[])[], count: number): Command => ({
    kind: "exchange",
    push: { ...loadPort(port), rows },
    pull: { ...result, count },
    stalls,
    limit: 1000,
  });
  const ahead = counts.slice(0, last).reduce((sum, count) => sum + count, 0);
  const busy = (value: 0 | 1): Command => ({ kind: "until", port: "busy", value, limit: 0 });
  const replies = await simulation.execute([
    exchange(rows, ahead),
    { kind: "until", port: result.valid, value: 1, limit: 1000 },
    exchange([], counts[last] - 1),
    busy(1),
    exchange([], 1),
    busy(0),
  ]);
  // What an exchange gives ends with a number of edges.
  const words = [0, 2, 4].flatMap((reply) => replies[reply].slice(0, -1));
  let at = 0;
  const results = counts.map((count) => {
    at += count;
    return nonzerosOf(words.slice(3 * (at - count), 3 * at), count);
  });
  return { results };
}

type StalledNonzeros<P> = StalledDriver<P, NonzerosOperation, { results: Nonzeros[] }>;

export const driveStalledLnzdScan: StalledNonzeros<LnzdScanParameters> = (simulation, parameters, operation, stalls) =>
  streamAhead(simulation, scanPort(parameters), operation, stalls);

export const driveStalledLnzdTree: StalledNonzeros<LnzdTreeParameters> = (simulation, parameters, operation, stalls) =>
  streamAhead(simulation, treePort(parameters), operation, stalls);
