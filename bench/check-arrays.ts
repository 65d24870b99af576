import { parseArgs } from "node:util";
import fc from "fast-check";
import { check } from "../catalog/check.ts";
import { eieGenerator } from "../catalog/eie.ts";
import { eseGenerator } from "../catalog/ese.ts";
import type { AnyGenerator } from "../catalog/generator.ts";
import { matmulGenerator } from "../catalog/matmul.ts";
import { srmacGenerator } from "../catalog/srmac.ts";
import { systolicGenerator } from "../catalog/systolic.ts";
import { straight } from "../sw-model/matmul/operation.ts";
import type { MatmulParameters } from "../sw-model/matmul/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import type { SrmacOperation } from "../sw-model/srmac/golden.ts";
import type { SystolicOperation } from "../sw-model/systolic/golden.ts";
import type { SystolicParameters } from "../sw-model/systolic/spec.ts";
import { eiePoint } from "../testbench/cases/eie-points.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";
import { matmulPoint, srmacPoint, systolicPoint } from "../testbench/cases/mac-points.ts";
import { setsOf } from "../testbench/cases/sets.ts";

interface Subject {
  readonly generator: AnyGenerator;
  readonly point: fc.Arbitrary<object>;
  /** What a random operation counts for, where a check goes on until so many: one if absent. */
  // biome-ignore lint/suspicious/noExplicitAny: the generator's own types
  readonly counts?: (parameters: any, operation: any) => number;
}

// Random parameters, each hardware of its own, RTL against golden model in results and cycles: make check-eie, check-ese, check-rounding.
const subjects: Readonly<Record<string, Subject>> = {
  eie: { generator: eieGenerator, point: eiePoint },
  ese: { generator: eseGenerator, point: esePoints },
  srmac: {
    generator: srmacGenerator,
    point: srmacPoint,
    counts: (_, { dots }: SrmacOperation) => dots.length,
  },
  systolic: { generator: systolicGenerator, point: systolicPoint, counts: tiled },
  matmul: {
    generator: matmulGenerator,
    point: matmulPoint,
    counts: (parameters: MatmulParameters, operation) => tiled(parameters, straight(operation)),
  },
};

/** One for a product of more than one tile. */
function tiled({ rows, cols }: Pick<SystolicParameters, "rows" | "cols">, { a, b }: SystolicOperation): number {
  return a.length > rows || b[0].length > cols ? 1 : 0;
}

const { values } = parseArgs({
  options: {
    on: { type: "string", default: "eie" },
    count: { type: "string" },
    random: { type: "string" },
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "3" },
    engine: { type: "string", default: "wasm" },
  },
});
const { on, engine } = values;
const [seed, cases] = [values.seed, values.cases].map(Number);
/** So many arrays, or as many as it takes for so many random operations. */
const [count, random] = [Number(values.count ?? Infinity), Number(values.random ?? Infinity)];
const { generator, point: anyPoint, counts } = subjects[on];
const totals = { random: 0, operations: 0, compared: 0, cycles: 0, failed: 0 };
const counted: AnyGenerator = {
  ...generator,
  cases: {
    ...generator.cases,
    arbitrary: (parameters) =>
      generator.cases.arbitrary(parameters).map((operation: unknown) => {
        totals.random += counts?.(parameters, operation) ?? 1;
        return operation;
      }),
  },
};

let [arrays, reported] = [0, 0];
for (const point of points()) {
  const sets = setsOf(point);
  const flags = sets.flatMap((set) => ["--set", set]).join(" ");
  const drawn = seed + arrays;
  const reproduce = `bin/whittle check ${on} ${flags} --cases ${cases} --seed ${drawn} --engine ${engine}`;
  const given = resolveParameters(generator.spec, { sets });
  const report = await check(counted, given, { engine, cases, seed: drawn, reproduce });
  totals.operations += report.cases;
  totals.compared += report.compared;
  totals.cycles += report.cycles;
  if (report.first) {
    totals.failed++;
    const { operation, element, expected, got } = report.first;
    const difference = `operation ${operation}, ${element}: expected ${expected}, got ${got}`;
    process.stderr.write(`array ${arrays} differs: ${reproduce}\n  ${difference}\n`);
  }
  arrays++;
  const twentieths = Math.floor(20 * Math.max(arrays / count, totals.random / random));
  if (twentieths > reported) process.stderr.write(`${on}: ${arrays} arrays, ${totals.random} random operations\n`);
  reported = twentieths;
}
process.stdout.write(`${JSON.stringify({ generator: on, engine, seed, arrays, ...totals })}\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** Random points as long as they are asked for, the same for the same seed, however many are asked for. */
function* points(): Generator<object> {
  for (let batch = 0; ; batch++) {
    for (const point of fc.sample(anyPoint, { numRuns: 1000, seed: seed + batch })) {
      if (arrays >= count || totals.random >= random) return;
      yield point;
    }
  }
}
