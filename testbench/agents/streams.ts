import type { Random } from "../../sw-model/random.ts";
import type { Bits } from "../simulation.ts";
import type { Hands, StreamNames } from "../tasks/index.ts";

/** Edges to hesitate for before the next row. */
export type Pause = (random: Random) => number;

/** At each edge hesitates with this probability, from 0 to below 1. */
export function pausing(share: number): Pause {
  return (random) => {
    let edges = 0;
    while (random.uniform() < share) edges++;
    return edges;
  };
}

/** Hesitates for `edges` edges after every `rows` rows. */
export function pausingAfter(rows: number, edges: number): Pause {
  let passed = 0;
  return () => (passed++ % rows === 0 && passed > 1 ? edges : 0);
}

/** How an end of a stream hesitates. */
export interface StreamOptions {
  /** Default: never. */
  readonly pause?: Pause;
}

/** Ports `NAME_valid`, `NAME_ready` and `NAME_data`, or a port for each part of the data, as the streams of a module are printed. */
export function streamNames(name: string, parts?: readonly string[]): StreamNames {
  const data = parts?.map((part) => `${name}_data_${part}`) ?? [`${name}_data`];
  return { valid: `${name}_valid`, ready: `${name}_ready`, data };
}

/** Drives an input stream: offers each row until it is taken. Bit patterns, one for each port of the data. */
export async function sendRows(
  task: Hands,
  { valid, ready, data }: StreamNames,
  rows: Iterable<readonly Bits[]>,
  { pause }: StreamOptions = {},
): Promise<void> {
  for (const row of rows) {
    await hesitate(task, valid, pause);
    data.forEach((port, i) => void task.poke(port, row[i]));
    task.poke(valid, 1);
    await task.transfer({ valid, ready, data: [] });
  }
  task.poke(valid, 0);
}

/** Takes rows from an output stream. */
export async function receiveRows(
  task: Hands,
  stream: StreamNames,
  count: number,
  { pause }: StreamOptions = {},
): Promise<bigint[][]> {
  const rows: bigint[][] = [];
  while (rows.length < count) {
    await hesitate(task, stream.ready, pause);
    task.poke(stream.ready, 1);
    rows.push(await task.transfer(stream));
  }
  task.poke(stream.ready, 0);
  return rows;
}

/** Tells of every row that a stream hands over, for ever: to be forked in the background. */
export async function watchRows(task: Hands, stream: StreamNames, seen: (row: bigint[]) => void): Promise<never> {
  for (;;) seen(await task.transfer(stream));
}

/** Keeps `valid` or `ready` low for as long as the pause says. */
export async function hesitate(task: Hands, port: string, pause: Pause | undefined): Promise<void> {
  const edges = pause?.(task.random) ?? 0;
  if (edges === 0) return;
  task.poke(port, 0);
  await task.cycles(edges);
}
