/** The stored trainings in fixed point and in float: what they came to. */
import type { Curve } from "../sw-model/limited/curve.ts";
import { limitedPlans, type PlanName } from "../sw-model/limited/plan.ts";
import { lastError, storedCurves } from "../sw-model/limited/stored.ts";

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const table = (rows: readonly (readonly string[])[]) => {
  const [head, ...rest] = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [head, `|${"---|".repeat(rows[0].length)}`, ...rest].join("\n");
};

/** Test errors after the last epoch of a plan's trainings, beside float. */
function errors(plan: PlanName): string {
  const curves = storedCurves(plan);
  const rows = curves.map((curve) => {
    const float = curves.find(({ numbers, seed }) => numbers === "float" && seed === curve.seed) as Curve;
    const [rounding, il, fl] = curve.numbers.split("-");
    const points = 100 * (lastError(curve) - lastError(float));
    const seconds = curve.points.reduce((sum, point) => sum + point.seconds, 0);
    return [
      il === undefined ? "float" : `${rounding} ⟨${il}, ${fl}⟩`,
      percent(lastError(curve)),
      curve === float ? "" : points.toFixed(2),
      `${curve.points.length}`,
      `${curve.seed}`,
      `${Math.round(seconds / 60)}`,
      curve.points[curve.points.length - 1].finished.slice(0, 16).replace("T", " "),
    ];
  });
  const head = ["weights", "test error", "points above float", "epochs", "seed", "minutes", "finished, UTC"];
  return table([head, ...rows]);
}

export const smallErrors = () => errors("small");
export const dnnErrors = () => errors("dnn");
export const cnnErrors = () => errors("cnn");

/** How the trainings are set. */
export function settings(): string {
  const rows = Object.values(limitedPlans).map(({ name, summary, descent }) => [
    `\`${name}\``,
    summary,
    ...[descent.epochs, descent.batch, descent.rate, descent.slowing, descent.momentum, descent.decay].map(String),
  ]);
  return table([["plan", "network", "epochs", "batch", "rate", "times, each epoch", "momentum", "decay"], ...rows]);
}
