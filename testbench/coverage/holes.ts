/** The bits of a net that never changed. */
import type { SignalCoverage } from "./data.ts";

/** Ranges of bits, and of words of a memory, that never changed: `[7:4]`, `[2][5]`; "" stands for a net of one bit. */
export function untoggled({ bits }: SignalCoverage): string[] {
  const byWord = new Map<string, number[]>();
  let whole = false;
  for (const [bit, count] of Object.entries(bits)) {
    if (count > 0) continue;
    const [, word, index] = /^(.*?)\[(\d+)\]$/.exec(bit) ?? [];
    if (index === undefined) whole = true;
    else byWord.set(word, [...(byWord.get(word) ?? []), Number(index)]);
  }
  const ranges = [...byWord].flatMap(([word, numbers]) => rangesOf(numbers).map((range) => `${word}${range}`));
  return whole ? ["", ...ranges] : ranges;
}

function rangesOf(numbers: readonly number[]): string[] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => b - a)) {
    const last = ranges.at(-1);
    if (last && last[1] === number + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([high, low]) => (high === low ? `[${high}]` : `[${high}:${low}]`));
}
