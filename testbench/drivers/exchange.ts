import type { Command, CommandResults, Simulation } from "../simulation.ts";

/** Commands, and what their replies mean. */
export interface Exchange<T> {
  readonly commands: readonly Command[];
  /** From the replies to just these commands. */
  reply(results: CommandResults): T;
}

/** Commands whose replies mean nothing. */
export function told(commands: readonly Command[]): Exchange<void> {
  return { commands, reply: () => undefined };
}

/** An exchange between others, as one; it gives what the one in the middle replies. */
export function inTurn<T>(
  before: readonly Exchange<void>[],
  middle: Exchange<T>,
  after: readonly Exchange<void>[] = [],
): Exchange<T> {
  const all: readonly Exchange<unknown>[] = [...before, middle, ...after];
  return {
    commands: all.flatMap(({ commands }) => commands),
    reply: (results) => {
      const replies = repliesOf(all, results);
      return replies[before.length] as T;
    },
  };
}

/** Runs exchanges one after another, in one program; gives what each replies. */
export async function perform<const T extends readonly Exchange<unknown>[]>(
  simulation: Simulation,
  exchanges: T,
): Promise<{ -readonly [K in keyof T]: T[K] extends Exchange<infer R> ? R : never }> {
  const results = await simulation.execute(exchanges.flatMap(({ commands }) => commands));
  return repliesOf(exchanges, results) as { -readonly [K in keyof T]: T[K] extends Exchange<infer R> ? R : never };
}

function repliesOf(exchanges: readonly Exchange<unknown>[], results: CommandResults): unknown[] {
  let at = 0;
  return exchanges.map(({ commands, reply }) => {
    at += commands.length;
    return reply(results.slice(at - commands.length, at));
  });
}
