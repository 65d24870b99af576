import fc from "fast-check";
import { check } from "../catalog/check.ts";
import { eieGenerator } from "../catalog/eie.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { eiePoint } from "../testbench/cases/eie-points.ts";
import type { BenchRow } from "./row.ts";

/** Configurations by engine; each runs the directed operations and so many random ones. */
const trials = [
  { engine: "wasm", configurations: 1000 },
  { engine: "verilator", configurations: 30 },
] as const;
const randomOperations = 10;

/** Random configurations of the array: results against the golden model and cycles against the cycle model, operation by operation. */
export async function benchEieModel(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { engine, configurations } of trials) {
    let [mismatches, operations] = [0, 0];
    for (const [seed, point] of fc.sample(eiePoint, { numRuns: configurations, seed: 2016 }).entries()) {
      const sets = Object.entries(point).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
      const options = { engine, cases: randomOperations, seed, reproduce: sets.join(" ") };
      const report = await check(eieGenerator, resolveParameters(eieSpec, { sets }), options);
      mismatches += report.mismatches;
      operations += report.cases;
      if (report.mismatches > 0) log(`${sets.join(" ")} seed ${seed}: ${JSON.stringify(report.first)}`);
      if ((seed + 1) % 100 === 0) log(`${engine}: ${seed + 1} configurations`);
    }
    const row = (what: string, value: number, unit: string): BenchRow => ({ what: `${engine}/${what}`, value, unit });
    rows.push(row("configurations", configurations, "configurations"), row("operations", operations, "operations"), {
      ...row("mismatches", mismatches, "operations"),
      bar: 0,
      met: mismatches === 0,
    });
  }
  return rows;
}
