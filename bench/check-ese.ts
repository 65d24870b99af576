import { parseArgs } from "node:util";
import fc from "fast-check";
import { check } from "../catalog/check.ts";
import { eseGenerator } from "../catalog/ese.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";

// Random parameters of ese, each an array of its own, RTL against golden model in results and cycles: make check-ese.
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "3" },
    engine: { type: "string", default: "wasm" },
  },
});
const [count, seed, cases] = [values.count, values.seed, values.cases].map(Number);
const engine = values.engine;
const totals = { operations: 0, compared: 0, cycles: 0, failed: 0 };
const points = fc.sample(esePoints, { numRuns: count, seed });
for (const [i, point] of points.entries()) {
  const sets = Object.entries(point).map(([name, value]) => `${name}=${value}`);
  const flags = sets.flatMap((set) => ["--set", set]).join(" ");
  const reproduce = `bin/whittle check ese ${flags} --cases ${cases} --seed ${seed + i} --engine ${engine}`;
  const given = resolveParameters(eseGenerator.spec, { sets });
  const report = await check(eseGenerator, given, { engine, cases, seed: seed + i, reproduce });
  totals.operations += report.cases;
  totals.compared += report.compared;
  totals.cycles += report.cycles;
  if (report.mismatches > 0) {
    totals.failed++;
    process.stderr.write(`array ${i} differs: ${reproduce}\n${JSON.stringify(report.first)}\n`);
  }
  if ((i + 1) % Math.max(1, Math.floor(count / 20)) === 0) process.stderr.write(`${i + 1} of ${count} arrays\n`);
}
process.stdout.write(`${JSON.stringify({ engine, seed, arrays: count, ...totals })}\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
