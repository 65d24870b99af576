/** Random circuits through every engine. */
import PQueue from "p-queue";
import { countOperators } from "../hdl/fixtures/random-circuit.ts";
import { type FuzzCase, makeCase } from "./case.ts";
import { findDifferences } from "./differences.ts";
import { type FuzzEngine, fuzzEngines } from "./engines/index.ts";
import { runOracle } from "./engines/ours.ts";
import type { Shrunk } from "./shrink/shrink.ts";
import type { Trace } from "./trace.ts";

export interface FuzzOptions {
  /** The first case's; the others follow it. */
  readonly seed: number;
  readonly circuits: number;
  readonly cycles: number;
  /** How many circuits an engine gets, by its name; absent ones get their usual share. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly engines?: readonly FuzzEngine[];
  readonly log?: (line: string) => void;
}

export interface Mismatch extends Shrunk {
  readonly engine: FuzzEngine;
}

export interface FuzzResult {
  readonly circuits: number;
  /** Circuits that each engine ran. */
  readonly counts: ReadonlyMap<string, number>;
  /** Operators of a circuit, on average. */
  readonly operators: number;
  readonly mismatches: readonly Mismatch[];
}

/** Batches that wait or run; more would only fill the memory with cases. */
const mostWaiting = 4;

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, circuits, cycles, counts = {}, engines = fuzzEngines, log = () => undefined } = options;
  const lanes = engines.map((engine) => new Lane(engine, counts[engine.name] ?? Math.ceil(circuits / engine.oneOf)));
  const queue = new PQueue({ concurrency: 2 });
  const errors: unknown[] = [];
  let operators = 0;
  const start = async (lane: Lane): Promise<void> => {
    await queue.onSizeLessThan(mostWaiting);
    const batch = lane.take();
    queue.add(() => lane.run(batch)).catch((error) => errors.push(error));
  };
  for (let done = 0; done < circuits; done++) {
    const fuzzCase = makeCase(seed + done, cycles);
    operators += countOperators(fuzzCase.circuit);
    const expected = runOracle(fuzzCase);
    for (const lane of lanes) if (lane.offer(fuzzCase, expected)) await start(lane);
    if ((done + 1) % 500 === 0) log(`${done + 1} of ${circuits} circuits, ${mismatchesOf(lanes).length} mismatches`);
  }
  for (const lane of lanes) if (lane.pending > 0) await start(lane);
  await queue.onIdle();
  if (errors.length > 0) throw errors[0];
  return {
    circuits,
    counts: new Map(lanes.map(({ engine, taken }) => [engine.name, taken])),
    operators: operators / circuits,
    mismatches: mismatchesOf(lanes),
  };
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
  taken = 0;
  readonly #wanted: number;
  #pending: Pending[] = [];

  constructor(engine: FuzzEngine, wanted: number) {
    this.engine = engine;
    this.#wanted = wanted;
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** Takes the case if there is use for it; true when a batch is full. */
  offer(fuzzCase: FuzzCase, expected: Trace): boolean {
    if (this.taken >= this.#wanted || !this.engine.accepts(fuzzCase)) return false;
    this.taken++;
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
