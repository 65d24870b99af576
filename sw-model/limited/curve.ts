import { splitSeed, splitSizes } from "../data/mnist.ts";
import { UserError } from "../errors.ts";
import { asArray, asInteger, asNumber, asObject, asString, inside, root, wrongShape } from "../shape.ts";
import type { LimitedPlan, PlanName } from "./plan.ts";
import type { EpochResult } from "./train.ts";

/** Test error against epochs of one training, with all that decided it. */
export interface Curve {
  readonly plan: PlanName;
  /** "float", or rounding and weight format. */
  readonly numbers: string;
  readonly seed: number;
  /** What the plan said then. */
  readonly settings: Omit<LimitedPlan, "name" | "summary">;
  readonly data: {
    readonly package: string;
    readonly splitSeed: number;
    readonly train: number;
    readonly test: number;
  };
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint extends EpochResult {
  /** When the epoch ended, and how long it and its test took. */
  readonly finished: string;
  readonly seconds: number;
}

const format = "whittle-training-curve";

/** A curve without points yet. */
export function newCurve(plan: LimitedPlan, numbers: string, seed: number): Curve {
  const { name, summary, ...settings } = plan;
  const data = { package: "mnist 1.1", splitSeed, train: splitSizes.train, test: splitSizes.test };
  return { plan: name as PlanName, numbers, seed, settings, data, points: [] };
}

/** The text of a curve's file: a line a point. */
export function curveText({ points, ...rest }: Curve): string {
  const head = JSON.stringify({ format, version: 1, ...rest }, null, 2).replace(/\n\}$/, "");
  return `${head},\n  "points": [\n${points.map((point) => `    ${JSON.stringify(point)}`).join(",\n")}\n  ]\n}\n`;
}

/** Reads a curve from parsed JSON. Throws `UserError` wrong-shape or unknown-format with the JSON path. */
export function parseCurve(value: unknown, source?: string): Curve {
  const at = root(source);
  const keys = ["format", "version", "plan", "numbers", "seed", "settings", "data", "points"];
  const { format: name, version, points: given, ...fields } = asObject(value, at, keys);
  if (name !== format || version !== 1) throw wrongShape(inside(at, "format"), `${format}, version 1`, `${name}`);
  const pointsAt = inside(at, "points");
  const points = asArray(given, pointsAt, "points").map((point, i): CurvePoint => {
    const pointAt = inside(pointsAt, i);
    const p = asObject(point, pointAt, ["epoch", "loss", "testError", "finished", "seconds"]);
    return {
      epoch: asInteger(p.epoch, inside(pointAt, "epoch"), 1, 1e6),
      loss: asNumber(p.loss, inside(pointAt, "loss")),
      testError: asNumber(p.testError, inside(pointAt, "testError")),
      finished: asString(p.finished, inside(pointAt, "finished")),
      seconds: asNumber(p.seconds, inside(pointAt, "seconds")),
    };
  });
  asString(fields.plan, inside(at, "plan"));
  asString(fields.numbers, inside(at, "numbers"));
  return { ...(fields as unknown as Omit<Curve, "points">), points };
}

/** Throws `UserError` other-training where a curve does not belong to a training; the number of epochs may differ. */
export function checkSame(found: Curve, wanted: Curve, source: string): void {
  const identity = ({ points, settings, ...rest }: Curve) =>
    JSON.stringify({ ...rest, settings: { ...settings, descent: { ...settings.descent, epochs: 0 } } });
  if (identity(found) === identity(wanted)) return;
  throw new UserError({
    code: "other-training",
    message: `${source} belongs to a training with other settings`,
    where: source,
    expected: identity(wanted),
    found: identity(found),
    hint: "choose another folder, or remove the file to start anew",
  });
}
