import { nearestNames, UserError } from "../../sw-model/errors.ts";
import type { GeneratorSpec } from "../../sw-model/spec.ts";

/** A parameter and the values that it takes in a sweep, as they were written. */
export interface Axis {
  readonly key: string;
  readonly values: readonly string[];
}

/** A sweep of more points than this is a mistake. */
const mostPoints = 10_000;

/**
 * Reads `key=v1,v2,…`. Values that are lists have commas of their own; then "/" parts them: `pes=4,4,2/8,4,2`. Throws
 * `UserError`: bad-setting, unknown-parameter.
 */
export function readAxis<P extends object>(spec: GeneratorSpec<P>, text: string): Axis {
  const at = text.indexOf("=");
  const key = text.slice(0, Math.max(0, at)).trim();
  const values = text
    .slice(at + 1)
    .split(text.includes("/") ? "/" : ",")
    .map((value) => value.trim());
  if (at <= 0 || values.includes("")) {
    throw new UserError({
      code: "bad-setting",
      message: `"${text}" is no list of values`,
      where: "--vary",
      expected: `key=v1,v2,…, for example ${Object.keys(spec.schema.shape)[0]}=8,16`,
      found: text,
    });
  }
  const names = Object.keys(spec.schema.shape);
  if (names.includes(key)) return { key, values: [...new Set(values)] };
  const near = nearestNames(key, names);
  throw new UserError({
    code: "unknown-parameter",
    message: `${spec.name} has no parameter "${key}"`,
    where: `--vary ${text}`,
    expected: `one of ${names.join(", ")}`,
    found: key,
    hint: `${near.length > 0 ? `did you mean ${near.join(" or ")}? ` : ""}"whittle list" shows all parameters`,
  });
}

/** All combinations as `key=value` settings, the last axis quickest. Throws repeated-axis and too-many-points. */
export function pointsOf(axes: readonly Axis[]): string[][] {
  const repeated = axes.find(({ key }, i) => axes.findIndex((other) => other.key === key) < i);
  if (repeated) {
    throw new UserError({
      code: "repeated-axis",
      message: `${repeated.key} is varied twice`,
      where: "--vary",
      expected: `all values of ${repeated.key} in one --vary`,
      found: `${axes.filter(({ key }) => key === repeated.key).length} of them`,
    });
  }
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > mostPoints) {
    throw new UserError({
      code: "too-many-points",
      message: `these axes make ${count} points`,
      where: "--vary",
      expected: `at most ${mostPoints} points`,
      found: axes.map(({ key, values }) => `${key}: ${values.length}`).join(", "),
    });
  }
  return axes.reduce<string[][]>(
    (points, { key, values }) => points.flatMap((point) => values.map((value) => [...point, `${key}=${value}`])),
    [[]],
  );
}
