import { describe, expect, it } from "vitest";
import { Dice } from "../fixtures/dice.ts";
import { type StreamPart, streamParts } from "../fixtures/stream-parts.ts";
import { traffic } from "../fixtures/stream-traffic.ts";
import { Interpreter } from "../index.ts";

function randomWords(part: StreamPart, count: number, seed: number): Record<string, bigint[][]> {
  const dice = new Dice(seed);
  return Object.fromEntries(
    Object.entries(part.inputs).map(([name, widths]) => [
      name,
      Array.from({ length: count }, () => widths.map((width) => dice.bits(width))),
    ]),
  );
}

/** Out of order: the words of each source stay in order. */
function bySource(words: readonly (readonly bigint[])[]): ReadonlyMap<bigint, bigint[][]> {
  const sorted = new Map<bigint, bigint[][]>();
  for (const [from, ...word] of words) sorted.set(from, [...(sorted.get(from) ?? []), word]);
  return sorted;
}

describe.each(Object.keys(streamParts))("%s", (name) => {
  it("gives every word once, in order, whoever pauses, and keeps what it offers", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const part = streamParts[name]([1, 5, 33, 70][seed % 4], 2 + (seed % 4));
      const words = randomWords(part, 24, seed);
      const expected = part.expected(words);
      const count = Math.max(...Object.values(expected).map((all) => all.length));
      const stalls = [0, 0.3, 0.7][seed % 3];
      const { words: got } = traffic(part.circuit, words, { seed, stalls, expected: count });
      for (const [port, all] of Object.entries(expected)) {
        if (part.ordered) expect(got[port]).toEqual(all);
        else expect(bySource(got[port])).toEqual(bySource(all));
      }
    }
  });

  it("does the same in the oracle", () => {
    const part = streamParts[name](5, 3);
    const words = randomWords(part, 12, 7);
    const { rows, inputs, outputs } = traffic(part.circuit, words, { seed: 7, stalls: 0.4, expected: 4 });
    const oracle = new Interpreter(part.circuit);
    const top = part.circuit.modules[part.circuit.modules.length - 1];
    if (top.ports.some(({ role }) => role === "reset")) {
      oracle.poke("reset", 1n);
      oracle.step(2);
      oracle.poke("reset", 0n);
    }
    for (const row of rows) {
      inputs.forEach((port, i) => {
        oracle.poke(port, row.inputs[i]);
      });
      const width = (port: string) => top.ports.find((candidate) => candidate.name === port)?.width ?? 1;
      expect(outputs.map((port) => BigInt.asUintN(width(port), oracle.peek(port)))).toEqual(row.outputs);
      oracle.step();
    }
  });

  it("takes as long as it says, and gives as many words as it says", () => {
    for (const size of [2, 3, 4]) {
      const part = streamParts[name](4, size);
      const odd = Object.fromEntries(
        Object.entries(part.inputs).map(([port, widths]) => [
          port,
          Array.from({ length: 60 }, () => widths.map(() => 1n)),
        ]),
      );
      const { firstOffer, edges } = traffic(part.circuit, odd, { seed: 1, stalls: 0, expected: 12 });
      const { latency, throughput } = part.timing;
      expect({ size, latency: firstOffer }).toEqual({ size, latency });
      expect({ size, edges }).toEqual({ size, edges: latency + 1 + Math.ceil(11 / throughput) });
    }
  });
});
