import type { Bits } from "../simulation.ts";
import type { Hands, StreamNames } from "../tasks/index.ts";
import { allBytes } from "./axi-bytes.ts";
import { receiveRows, type StreamOptions, sendRows } from "./streams.ts";

/** The ports of an AXI4-Stream (ARM IHI 0051): `tdata`, `tlast`, and others that are named, behind a prefix such as "s_axis". */
export function axiStream(prefix: string, others: readonly string[] = []): StreamNames {
  const data = ["tdata", "tlast", ...others].map((pin) => `${prefix}_${pin}`);
  return { valid: `${prefix}_tvalid`, ready: `${prefix}_tready`, data };
}

/** Sends a packet: words of `tdata`, `tlast` with the last one. All bytes count, where the design asks by `tkeep` or `tstrb`. */
export async function sendPacket(
  task: Hands,
  prefix: string,
  words: readonly Bits[],
  options: StreamOptions = {},
): Promise<void> {
  for (const port of [`${prefix}_tkeep`, `${prefix}_tstrb`]) {
    if (task.design.ports.some(({ name }) => name === port)) task.poke(port, allBytes(task, port));
  }
  const rows = words.map((word, i) => [word, i === words.length - 1 ? 1 : 0]);
  await sendRows(task, axiStream(prefix), rows, options);
}

/** Receives words up to the one with `tlast`. */
export async function receivePacket(task: Hands, prefix: string, options: StreamOptions = {}): Promise<bigint[]> {
  const words: bigint[] = [];
  for (;;) {
    const [[word, last]] = await receiveRows(task, axiStream(prefix), 1, options);
    words.push(word);
    if (last === 1n) return words;
  }
}
