import { parseArgs } from "node:util";
import fc from "fast-check";
import { check } from "../catalog/check.ts";
import { eieGenerator } from "../catalog/eie.ts";
import { eseGenerator } from "../catalog/ese.ts";
import type { AnyGenerator } from "../catalog/generator.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { eiePoint } from "../testbench/cases/eie-points.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";

// Random parameters, each an array of its own, RTL against golden model in results and cycles: make check-eie, make check-ese.
const arrays: Readonly<Record<string, { generator: AnyGenerator; point: fc.Arbitrary<object> }>> = {
  eie: { generator: eieGenerator, point: eiePoint },
  ese: { generator: eseGenerator, point: esePoints },
};
const { values } = parseArgs({
  options: {
    on: { type: "string", default: "eie" },
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "3" },
    engine: { type: "string", default: "wasm" },
  },
});
const [count, seed, cases] = [values.count, values.seed, values.cases].map(Number);
const { on, engine } = values;
const { generator, point: anyPoint } = arrays[on];
const totals = { operations: 0, compared: 0, cycles: 0, failed: 0 };
const points = fc.sample(anyPoint, { numRuns: count, seed });
for (const [i, point] of points.entries()) {
  const sets = Object.entries(point).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const flags = sets.flatMap((set) => ["--set", set]).join(" ");
  const reproduce = `bin/whittle check ${on} ${flags} --cases ${cases} --seed ${seed + i} --engine ${engine}`;
  const given = resolveParameters(generator.spec, { sets });
  const report = await check(generator, given, { engine, cases, seed: seed + i, reproduce });
  totals.operations += report.cases;
  totals.compared += report.compared;
  totals.cycles += report.cycles;
  if (report.mismatches > 0) {
    totals.failed++;
    process.stderr.write(`array ${i} differs: ${reproduce}\n${JSON.stringify(report.first)}\n`);
  }
  if ((i + 1) % Math.max(1, Math.floor(count / 20)) === 0) process.stderr.write(`${i + 1} of ${count} arrays\n`);
}
process.stdout.write(`${JSON.stringify({ generator: on, engine, seed, arrays: count, ...totals })}\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
