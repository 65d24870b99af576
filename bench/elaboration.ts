import { measured } from "./measured.ts";
import { median } from "./median.ts";
import type { BenchRow } from "./row.ts";
import { largeDesigns } from "./subjects.ts";

const rounds = 5;

/**
 * Elaboration and Verilog of designs of growing size: seconds, each run in a process of its own, medians of five; and how
 * the time grows from one size to the next.
 */
export async function benchElaboration(log: (line: string) => void): Promise<BenchRow[]> {
  const seconds = new Map<string, number>(largeDesigns.map(({ name }) => [name, 0]));
  const runs = new Map<string, number[]>(largeDesigns.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    log(`round ${round + 1} of ${rounds}`);
    for (const [name, values] of runs) values.push(Number(await measured("measure-elaboration", [name])));
  }
  for (const [name, values] of runs) seconds.set(name, median(values));

  const rows: BenchRow[] = [];
  for (const { name, emitBar } of largeDesigns) {
    const value = seconds.get(name) as number;
    rows.push({ what: `${name}/emit-s`, value, unit: "s", ...atMost(value, emitBar) });
  }
  for (const { name, grownFrom } of largeDesigns) {
    if (!grownFrom) continue;
    const value = (seconds.get(name) as number) / (seconds.get(grownFrom.name) as number);
    rows.push({ what: `${name}/growth`, value, unit: `x ${grownFrom.name}`, ...atMost(value, grownFrom.times) });
  }
  return rows;
}

function atMost(value: number, bar: number | undefined): Pick<BenchRow, "bar" | "met"> {
  return bar === undefined ? {} : { bar, met: value <= bar };
}
