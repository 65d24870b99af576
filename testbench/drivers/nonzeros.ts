import { loadSpaces } from "../../generators/lnzd/load-spaces.ts";
import type { Nonzeros, NonzerosOperation } from "../../sw-model/lnzd/nonzeros.ts";
import type { LnzdScanParameters } from "../../sw-model/lnzdscan/spec.ts";
import type { LnzdTreeParameters } from "../../sw-model/lnzdtree/spec.ts";
import type { Bits, Command, Simulation, Stalls, StreamPorts } from "../simulation.ts";
import { type Driver, type Outcome, type StalledDriver, stalledResults } from "./driver.ts";

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

/** A word of the load port that needs nothing but its space. */
function command({ ports }: ScannerPort, space: number): readonly Bits[] {
  return [space, ...ports.map(() => 0)];
}

/** Writes a vector; with `clear`, whatever stood beyond its end is zero then. */
export function loadVector(port: ScannerPort, vector: readonly bigint[], clear: boolean): Command {
  const words = port.words(vector).map((word) => [loadSpaces.values, ...word]);
  const rows = clear ? [command(port, loadSpaces.clear), ...words] : words;
  return { kind: "push", ...loadPort(port), rows, limit: 10 };
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
    const [, values] = await simulation.execute([
      loadVector(port, vector, vector.length < written),
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

type StalledNonzeros<P> = StalledDriver<P, NonzerosOperation, { results: Nonzeros[] }>;

export const driveStalledLnzdScan: StalledNonzeros<LnzdScanParameters> = stalledResults(
  (simulation, parameters, operation, stalls) => streamNonzeros(simulation, scanPort(parameters), operation, stalls),
);

export const driveStalledLnzdTree: StalledNonzeros<LnzdTreeParameters> = stalledResults(
  (simulation, parameters, operation, stalls) => streamNonzeros(simulation, treePort(parameters), operation, stalls),
);
