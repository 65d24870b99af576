import { pausing, sendRows } from "../agents/index.ts";
import type { Bits, Simulation, Stalls, StreamPorts } from "../simulation.ts";
import { type Hands, runTasks } from "../tasks/index.ts";

/** A stream into the engine, and rows for it. */
export interface StreamRows extends StreamPorts {
  readonly rows: readonly (readonly Bits[])[];
}

/**
 * Sends rows by several streams at once; with stalls, each hesitates on its own. `idle` is the stream that leaves the engine, which is
 * quiet meanwhile; `limit` is for streams that never hesitate.
 */
export async function sendStreams(
  simulation: Simulation,
  streams: readonly StreamRows[],
  idle: StreamPorts,
  limit: number,
  stalls?: Stalls,
): Promise<void> {
  if (streams.length === 0) return;
  if (streams.length === 1) {
    // One command of the engine, which is much faster.
    const [push] = streams;
    const pull = { ...idle, count: 0 };
    await simulation.execute([{ kind: "exchange", push, pull, limit, ...(stalls ? { stalls } : {}) }]);
    return;
  }
  const { seed, push } = stalls ?? { seed: 1, push: 0 };
  const how = push > 0 ? { pause: pausing(push / 256) } : {};
  const work = streams.map(
    ({ rows, ...stream }) =>
      (own: Hands) =>
        sendRows(own, stream, rows, how),
  );
  const patience = Math.ceil(512 / (256 - push));
  await runTasks(simulation, (task) => task.combine(work), { seed, limit: limit * patience });
}
