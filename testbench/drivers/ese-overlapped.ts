import { eseGeometry } from "../../generators/ese/geometry.ts";
import { type EseOperation, type EseResult, layersOf, statesOf } from "../../sw-model/ese/operation.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { numberOf } from "../bits.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import type { Outcome } from "./driver.ts";
import { EseHost } from "./ese.ts";
import { type LoadWord, loadLimit, ownPorts, readWord, runWord } from "./ese-port.ts";
import { perform } from "./exchange.ts";

/**
 * One operation as a host does it that never waits: the words of all steps one after another on the load port, x of the next step behind
 * the run of this one, while results are taken as they come. `cycles` are all edges from the first element of x to the last one of y.
 * Weights must be in memories.
 */
export async function driveEseOverlapped(
  simulation: Simulation,
  parameters: EseParameters,
  operation: EseOperation,
  stalls?: Stalls,
): Promise<Outcome<EseResult>> {
  const g = eseGeometry(parameters);
  const { above, sequences, batched } = operation;
  const host = new EseHost(parameters, layersOf(operation));
  const before = simulation.edges;
  await perform(simulation, [host.loadNetwork(), ...sequences.map((of, c) => host.loadState(c, statesOf(of)))]);

  const layers = host.steps();
  const steps = sequences[0].x.length;
  const xOf = (t: number) => (t < steps ? host.inputWords(sequences.map(({ x }) => x[t])) : []);
  const reads = sequences.map((_, c) => host.readOut(c, false));
  const rows: LoadWord[] = xOf(0);
  for (let t = 0; t < steps; t++) {
    const [first, ...others] = layers.map(({ step }) => runWord(g, step));
    rows.push(first, ...xOf(t + 1), ...others, ...reads.map((what) => readWord(g, what)));
  }
  const outputs = reads[0].count;
  const started = simulation.edges;
  const [patterns] = await simulation.execute([
    {
      ...{ kind: "exchange", push: { ...ownPorts.load, rows } },
      pull: { ...ownPorts.results, count: steps * sequences.length * outputs },
      limit: layers.reduce((sum, { limit }) => sum + limit, loadLimit),
      ...(stalls ? { stalls } : {}),
    },
  ]);
  const cycles = simulation.edges - started;
  const values = patterns.map((pattern) => Number(numberOf(pattern, g.result)));
  const y = sequences.map((_, c) =>
    Array.from({ length: steps }, (_unused, t) => {
      const from = (t * sequences.length + c) * outputs;
      return values.slice(from, from + outputs);
    }),
  );

  const c: number[][][] = [];
  for (const channel of sequences.keys()) {
    const states = await perform(
      simulation,
      layers.map((_, layer) => host.read(channel, true, layer)),
    );
    c.push(states.map((of) => [...of]));
  }
  const last = above ? c : c.map(([only]) => only);
  const result = batched ? { y, c: last } : { y: y[0], c: last[0] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}
