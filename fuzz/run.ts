/** Random circuits through every engine. */
import PQueue from "p-queue";
import { countOperators } from "../hdl/fixtures/random-circuit.ts";
import type { Circuit } from "../hdl/ir.ts";
import { caseOf, type FuzzCase, makeCase } from "./case.ts";
import { findDifferences } from "./differences.ts";
import { type FuzzEngine, fuzzEngines } from "./engines/index.ts";
import { runOracle } from "./engines/ours.ts";
import type { Shrunk } from "./shrink/shrink.ts";
import type { Trace } from "./trace.ts";

export interface FuzzOptions {
  /** The first case's; the others follow it. */
  readonly seed: number;
  /** As many go to each of `engines`; where these are absent, to the simulator itself, and the usual share of them to every other engine. */
  readonly circuits: number;
  readonly cycles: number;
  /** In place of random ones, always the same with other inputs. */
  readonly circuit?: Circuit;
  /** How many circuits an engine gets instead, by its name. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly engines?: readonly FuzzEngine[];
  readonly log?: (line: string) => void;
}

export interface Mismatch extends Shrunk {
  readonly engine: FuzzEngine;
}

/** Circuits that an engine ran. */
export interface Ran {
  readonly circuits: number;
  /** Of a circuit, on average. */
  readonly operators: number;
}

export interface FuzzResult {
  /** What each engine ran. */
  readonly ran: ReadonlyMap<string, Ran>;
  readonly mismatches: readonly Mismatch[];
}

/** Batches that wait or run; more would only fill the memory with cases. */
const mostWaiting = 4;

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, circuits, cycles, circuit, counts = {}, engines, log = () => undefined } = options;
  const lanes = (engines ?? fuzzEngines).map((engine) => {
    const usual = engines ? circuits : Math.ceil(circuits / engine.oneOf);
    return new Lane(engine, counts[engine.name] ?? usual);
  });
  const queue = new PQueue({ concurrency: 2 });
  const errors: unknown[] = [];
  const start = async (lane: Lane): Promise<void> => {
    await queue.onSizeLessThan(mostWaiting);
    const batch = lane.take();
    queue.add(() => lane.run(batch)).catch((error) => errors.push(error));
  };
  // An engine does not take every circuit, so it may need more seeds than it gets circuits.
  for (let done = 0; lanes.some((lane) => lane.wantsMore); done++) {
    const fuzzCase = circuit ? caseOf(circuit, seed + done, cycles) : makeCase(seed + done, cycles);
    const takers = lanes.filter((lane) => lane.takes(fuzzCase));
    const expected = takers.length > 0 ? runOracle(fuzzCase) : undefined;
    for (const lane of takers) if (lane.add(fuzzCase, expected as Trace)) await start(lane);
    if ((done + 1) % 500 === 0) log(`${progress(lanes)}, ${mismatchesOf(lanes).length} mismatches`);
  }
  for (const lane of lanes) if (lane.pending > 0) await start(lane);
  await queue.onIdle();
  if (errors.length > 0) throw errors[0];
  return {
    ran: new Map(lanes.map((lane) => [lane.engine.name, lane.ran])),
    mismatches: mismatchesOf(lanes),
  };
}

/** How far the engine is that gets the most circuits. */
function progress(lanes: readonly Lane[]): string {
  const { engine, wanted, ran } = lanes.reduce((most, lane) => (lane.wanted > most.wanted ? lane : most));
  return `${ran.circuits} of ${wanted} circuits in ${engine.name}`;
}

function mismatchesOf(lanes: readonly Lane[]): Mismatch[] {
  return lanes.flatMap(({ mismatches }) => mismatches);
}

interface Pending {
  readonly fuzzCase: FuzzCase;
  readonly expected: Trace;
}

/** One engine and the cases that wait for it. */
class Lane {
  readonly engine: FuzzEngine;
  readonly mismatches: Mismatch[] = [];
  /** How many circuits the engine gets. */
  readonly wanted: number;
  #taken = 0;
  #operators = 0;
  #pending: Pending[] = [];

  constructor(engine: FuzzEngine, wanted: number) {
    this.engine = engine;
    this.wanted = wanted;
  }

  get wantsMore(): boolean {
    return this.#taken < this.wanted;
  }

  get ran(): Ran {
    return { circuits: this.#taken, operators: this.#taken === 0 ? 0 : this.#operators / this.#taken };
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** Whether there is use for the case. */
  takes(fuzzCase: FuzzCase): boolean {
    return this.wantsMore && this.engine.accepts(fuzzCase);
  }

  /** Takes the case; true when a batch is full. */
  add(fuzzCase: FuzzCase, expected: Trace): boolean {
    this.#taken++;
    this.#operators += countOperators(fuzzCase.circuit);
    return this.#pending.push({ fuzzCase, expected }) >= this.engine.batch;
  }

  take(): readonly Pending[] {
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  async run(batch: readonly Pending[]): Promise<void> {
    const [cases, expected] = [batch.map(({ fuzzCase }) => fuzzCase), batch.map((pending) => pending.expected)];
    const differences = await findDifferences(this.engine.run, cases, expected);
    differences.forEach((difference, i) => {
      if (difference) this.mismatches.push({ engine: this.engine, fuzzCase: cases[i], difference });
    });
  }
}
