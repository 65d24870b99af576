import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "../json.ts";
import { modelsFolder } from "../model/store.ts";
import { type Curve, parseCurve } from "./curve.ts";
import { compareNumbers, type PlanName } from "./plan.ts";

/** The stored curves of a plan, `docs/limited-precision/PLAN/*.json`: in the order of their numbers, then of seeds. */
export function storedCurves(plan: PlanName): Curve[] {
  const folder = join(dirname(modelsFolder()), "docs", "limited-precision", plan);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const curves = files.map((name) => parseCurve(readJson(join(folder, name)), join(folder, name)));
  return curves.sort((a, b) => compareNumbers(a.numbers, b.numbers) || a.seed - b.seed);
}

/** Test error after the last epoch. */
export function lastError({ points }: Curve): number {
  return points[points.length - 1].testError;
}
