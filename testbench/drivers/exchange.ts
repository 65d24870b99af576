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

/** Runs exchanges one after another, in one program; gives what each replies. */
export async function perform<const T extends readonly Exchange<unknown>[]>(
  simulation: Simulation,
  exchanges: T,
): Promise<{ -readonly [K in keyof T]: T[K] extends Exchange<infer R> ? R : never }> {
  const results = await simulation.execute(exchanges.flatMap(({ commands }) => commands));
  let at = 0;
  const replies = exchanges.map(({ commands, reply }) => {
    at += commands.length;
    return reply(results.slice(at - commands.length, at));
  });
  return replies as { -readonly [K in keyof T]: T[K] extends Exchange<infer R> ? R : never };
}
