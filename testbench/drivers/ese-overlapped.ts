import { eseGeometry } from "../../generators/ese/geometry.ts";
import { type EseOperation, type EseResult, layersOf, statesOf } from "../../sw-model/ese/operation.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { pausing, receiveRows, type StreamOptions, sendRows } from "../agents/index.ts";
import { numberOf } from "../bits.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import { type Hands, runTasks, type Task } from "../tasks/index.ts";
import type { Outcome, StalledDriver } from "./driver.ts";
import { EseHost, inChannels } from "./ese.ts";
import { EseOwnPort, elementsOf, type LoadWord, loadLimit, ownPorts, readWord, runWord } from "./ese-port.ts";
import { perform } from "./exchange.ts";

/** Shares of the edges at which a host hesitates: before a word for the load port, one of weights or of counts, a result. From 0 to below 1. */
export interface Hesitation {
  readonly seed: number;
  readonly load: number;
  readonly weights: number;
  readonly counts: number;
  readonly results: number;
}

/**
 * One operation as a host does it that never waits: the words of all steps one after another on the load port, x of the next step behind
 * the run of this one, beside them the weights and counts of all steps that come by streams, while results are taken as they come. `cycles`
 * are all edges from the first element of x to the last one of y.
 */
export async function driveEseOverlapped(
  simulation: Simulation,
  parameters: EseParameters,
  operation: EseOperation,
  hesitation: Hesitation = { seed: 1, load: 0, weights: 0, counts: 0, results: 0 },
): Promise<Outcome<EseResult>> {
  return await overlapped(simulation, parameters, operation, byTasks(simulation, parameters, hesitation));
}

/** The same under the stalls of a check, and with words for places that are not there. */
export const driveStalledEse: StalledDriver<EseParameters, EseOperation, EseResult> = async (
  simulation,
  parameters,
  operation,
  stalls,
) => {
  const { seed, push, pull } = stalls;
  const share = push / 256;
  // Two streams beside that of the results are more than one command can do.
  const exchange =
    parameters.weights === "stream" || parameters.counts === "stream"
      ? byTasks(simulation, parameters, { seed, load: share, weights: share, counts: share, results: pull / 256 })
      : byCommand(simulation, stalls);
  const exchangeAll = async (overlap: Overlap) => {
    await perform(simulation, [overlap.host.loadStrays()]);
    return await exchange(overlap);
  };
  const { result } = await overlapped(simulation, parameters, operation, exchangeAll, stalls);
  return result;
};

/** Exchanges the words of an operation for its results. */
type ExchangeWords = (overlap: Overlap) => Promise<readonly bigint[]>;

/** By a task for each stream. */
function byTasks(simulation: Simulation, parameters: EseParameters, hesitation: Hesitation): ExchangeWords {
  return async ({ host, words, count, steps, limit }) => {
    const [received] = await runTasks(
      simulation,
      (task) =>
        task.combine([
          (own) => receiveRows(own, ownPorts.results, count, options(hesitation.results)),
          (own) => sendRows(own, ownPorts.load, words, options(hesitation.load)),
          (own) => sendAllSteps(own, host, parameters, steps, hesitation),
        ]),
      { seed: hesitation.seed, limit },
    );
    return received.map(([pattern]) => pattern);
  };
}

/** By one command, where only words and results are streams. */
function byCommand(simulation: Simulation, stalls: Stalls): ExchangeWords {
  return async ({ words, count, limit }) => {
    const [patterns] = await simulation.execute([
      {
        ...{ kind: "exchange", push: { ...ownPorts.load, rows: words }, pull: { ...ownPorts.results, count } },
        ...{ stalls, limit },
      },
    ]);
    return patterns.slice(0, count);
  };
}

/** What a host that never waits sends, how many results come meanwhile, and edges that are more than it takes however often it hesitates. */
interface Overlap {
  readonly host: EseHost;
  readonly words: readonly LoadWord[];
  readonly count: number;
  readonly steps: number;
  readonly limit: number;
}

/** All steps of an operation by a function that exchanges words for results; loads before them and reads the states after them. */
async function overlapped(
  simulation: Simulation,
  parameters: EseParameters,
  operation: EseOperation,
  exchange: ExchangeWords,
  stalls?: Stalls,
): Promise<Outcome<EseResult>> {
  const g = eseGeometry(parameters);
  const { above, sequences, batched } = operation;
  const host = new EseHost(parameters, layersOf(operation), new EseOwnPort(parameters, stalls));
  const before = simulation.edges;
  await perform(simulation, [host.loadNetwork(), ...sequences.map((of, c) => host.loadState(c, statesOf(of)))]);

  const layers = host.steps();
  const steps = sequences[0].x.length;
  // Any order will do.
  const xOf = (t: number) => (t < steps ? host.inputWords(sequences.map(({ x }) => x[t])).reverse() : []);
  const readOut = host.readOuts(sequences.length, false);
  const words: LoadWord[] = xOf(0);
  for (let t = 0; t < steps; t++) {
    const [first, ...others] = layers.map(({ step }) => runWord(g, step));
    words.push(first, ...xOf(t + 1), ...others, readWord(g, readOut));
  }
  const started = simulation.edges;
  const limit = loadLimit + 20 * steps * layers.reduce((sum, layer) => sum + layer.limit, 0);
  const received = await exchange({ host, words, count: steps * elementsOf(readOut), steps, limit });
  const cycles = simulation.edges - started;
  const read = inChannels(
    received.map((pattern) => Number(numberOf(pattern, g.result))),
    readOut.count,
  );
  const y = sequences.map((_, c) => read.filter((_outputs, i) => i % sequences.length === c));

  const states = await perform(
    simulation,
    layers.map((_, layer) => host.readAll(sequences.length, true, layer)),
  );
  const c = sequences.map((_, channel) => states.map((layer) => [...layer[channel]]));
  const last = above ? c : c.map(([only]) => only);
  const result = batched ? { y, c: last } : { y: y[0], c: last[0] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

const options = (share: number): StreamOptions => (share > 0 ? { pause: pausing(share) } : {});

/** What comes by streams of all layers, step by step, each stream on its own. */
async function sendAllSteps(
  task: Task,
  host: EseHost,
  { weights }: EseParameters,
  steps: number,
  hesitation: Hesitation,
): Promise<void> {
  const layers = host.streams();
  await task.combine(
    layers[0].map(({ rows: _, ...stream }, which) => async (own: Hands) => {
      const how = options(which === 0 && weights === "stream" ? hesitation.weights : hesitation.counts);
      const rows = layers.flatMap((layer) => layer[which].rows);
      for (let t = 0; t < steps; t++) await sendRows(own, stream, rows, how);
    }),
  );
}
