import { UserError } from "../../sw-model/errors.ts";
import type { Hands } from "../tasks/index.ts";
import { receiveRows, type StreamOptions, sendRows } from "./streams.ts";

/** The ports by which a design asks a memory outside of it. */
export interface MemoryPorts {
  /** A stream of requests; without `write` and `data` all of them read. */
  readonly request: {
    readonly valid: string;
    readonly ready: string;
    readonly address: string;
    readonly write?: { readonly enable: string; readonly data: string };
  };
  /** The words that were read, in the order of the requests. */
  readonly response: { readonly valid: string; readonly ready: string; readonly data: string };
}

/**
 * A memory behind a design, for ever: to be forked in the background. One request at a time, answered `pause` edges later. A read of
 * a word that is not there is an error (`unwritten-word`).
 */
export async function serveMemory(
  task: Hands,
  { request, response }: MemoryPorts,
  words: Map<bigint, bigint>,
  options: StreamOptions = {},
): Promise<never> {
  const { valid, ready, address, write } = request;
  const data = [address, ...(write ? [write.enable, write.data] : [])];
  const answers = { valid: response.valid, ready: response.ready, data: [response.data] };
  for (;;) {
    const [[at, enable, written]] = await receiveRows(task, { valid, ready, data }, 1);
    if (enable === 1n) {
      words.set(at, written);
      continue;
    }
    const word = words.get(at);
    if (word === undefined) {
      throw new UserError(
        {
          code: "unwritten-word",
          message: `word ${at} is read in cycle ${task.cycle}, and nobody has written it`,
          where: `${task.design.top}.${address}`,
          expected: `one of the ${words.size} words that are there`,
          found: String(at),
        },
        1,
      );
    }
    await sendRows(task, answers, [[word]], options);
  }
}
