import { UserError } from "../../sw-model/errors.ts";
import { checkedStalls, nextNoise } from "../program.ts";
import type { Bits, Command, Simulation, Stalls, StreamPorts } from "../simulation.ts";

/** Rows for a stream. */
export interface Feed extends StreamPorts {
  readonly rows: readonly (readonly Bits[])[];
  /** The first row is on offer already. */
  readonly offered?: boolean;
}

/** An `exchange` with several streams that are fed, each for itself. */
export interface Gathering {
  readonly feeds: readonly Feed[];
  readonly pull: StreamPorts & { readonly count: number };
  /** As those of an exchange; each feed hesitates by a byte of the noise of its own. */
  readonly stalls?: Stalls;
  readonly limit: number;
}

/**
 * Feeds rows into several streams while rows of another are collected, at the same edges, by one program of commands an edge. Gives the
 * collected values, row-major, and the edges from the one that accepts the first row to the one that hands over the last.
 */
export async function gather(
  simulation: Simulation,
  { feeds, pull, stalls, limit }: Gathering,
): Promise<{ readonly values: bigint[]; readonly between: number }> {
  const { seed, ...shares } = checkedStalls(stalls);
  const sent = feeds.map(() => 0);
  const offering = feeds.map(({ offered = false, rows }) => offered && rows.length > 0);
  const values: bigint[] = [];
  const poke = (port: string, value: Bits): Command => ({ kind: "poke", port, value });
  const peek = (port: string): Command => ({ kind: "peek", port });
  const flag = (on: boolean) => (on ? 1 : 0);
  const waiting = () => feeds.some(({ rows }, i) => sent[i] < rows.length);
  // What is still to be done at the edge before: its reads, and the edge itself.
  let due: Command[] = [];
  let [noise, got, idle, first, last] = [seed, 0, 0, -1, 0];
  const collect = (results: readonly (readonly bigint[])[]) => {
    for (const [value] of results.slice(0, Math.max(0, due.length - 1))) values.push(value);
  };
  for (let edge = 0; waiting() || got < pull.count; edge++) {
    noise = nextNoise(noise);
    const commands: Command[] = [];
    feeds.forEach(({ valid, data, rows }, i) => {
      // Bits 8 to 15 are those of the stream that is collected.
      const own = (noise >>> (i === 0 ? 0 : 8 * (i + 1))) & 255;
      if (!offering[i] && sent[i] < rows.length && own >= shares.push) {
        offering[i] = true;
        commands.push(...data.map((port, d) => poke(port, rows[sent[i]][d])));
      }
      commands.push(poke(valid, flag(offering[i])));
    });
    const taking = got < pull.count && ((noise >>> 8) & 255) >= shares.pull;
    commands.push(poke(pull.ready, flag(taking)), ...feeds.map(({ ready }) => peek(ready)), peek(pull.valid));
    const results = await simulation.execute([...due, ...commands]);
    collect(results);
    const levels = results.slice(-feeds.length - 1).map(([level]) => level === 1n);
    const taken = taking && levels[feeds.length];
    const accepted = feeds.map((_, i) => offering[i] && levels[i]);
    due = [...(taken ? pull.data.map(peek) : []), { kind: "step", cycles: 1 }];
    accepted.forEach((yes, i) => {
      if (!yes) return;
      if (first < 0) first = edge;
      sent[i]++;
      offering[i] = false;
    });
    if (taken) {
      got++;
      last = edge;
    }
    idle = taken || accepted.includes(true) ? 0 : idle + 1;
    if (idle >= limit) throw stuck(simulation, sent, got, limit);
  }
  collect(
    await simulation.execute([
      ...due,
      ...[...feeds.map(({ valid }) => valid), pull.ready].map((port) => poke(port, 0)),
    ]),
  );
  return { values, between: first < 0 || got === 0 ? 0 : last - first };
}

function stuck(simulation: Simulation, sent: readonly number[], got: number, limit: number): UserError {
  const { top } = simulation.design;
  const found = `${sent.join(" and ")} rows accepted, ${got} handed over`;
  const [where, expected] = ["streams of operands and results", `a row within ${limit} edges`];
  const message = `${top} on ${simulation.engine}: no row moved`;
  return new UserError({ code: "command-failed", message, where, expected, found }, 1);
}
