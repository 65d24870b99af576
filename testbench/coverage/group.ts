/** Functional coverage: which values, and which of them together, a test has met. */
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import type { GroupCoverage } from "./data.ts";

/** Numbers from `low` to `high`, both included. */
export interface Between {
  readonly between: readonly [number | bigint, number | bigint];
}

/** Which values a bin holds: one, those of a list, a range (`between`), or those of which a predicate is true. */
// biome-ignore lint/suspicious/noExplicitAny: a predicate takes what its point is sampled with
export type Bin = Scalar | readonly Scalar[] | Between | ((value: any) => boolean);
type Scalar = number | bigint | boolean | string;

/** The bins of a point by name. */
export type Bins = Readonly<Record<string, Bin>>;

type Widened<T> = T extends number | bigint
  ? number | bigint
  : T extends boolean
    ? boolean
    : T extends string
      ? string
      : never;
type ValueOf<B> = B extends (value: infer T) => boolean
  ? T
  : B extends Between
    ? number | bigint
    : B extends readonly (infer E)[]
      ? Widened<E>
      : Widened<B>;
/** What a point with these bins is sampled with: what all of its bins take. */
export type Sampled<B extends Bins> = { [N in keyof B]: (value: ValueOf<B[N]>) => void }[keyof B] extends (
  value: infer T,
) => void
  ? T
  : never;

/** Points that are looked at together: every combination of their bins is one of the cross, but for those to ignore. */
export type Cross<P> =
  | readonly (keyof P & string)[]
  | {
      readonly of: readonly (keyof P & string)[];
      /** Combinations that cannot be, by the names of their bins. */
      readonly ignore: (bins: { readonly [K in keyof P]: string }) => boolean;
    };

/** Combinations that a cross may have at most. */
const mostCombinations = 65_536;

/** The range of a bin. */
export const between = (low: number | bigint, high: number | bigint): Between => ({ between: [low, high] });

interface CountedBin {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
  count: number;
}

interface CountedPoint {
  readonly name: string;
  readonly bins: readonly CountedBin[];
  other: number;
}

interface CountedCross {
  readonly name: string;
  readonly of: readonly CountedPoint[];
  readonly counts: Map<string, number>;
}

/**
 * Counts how often the values of points fell into bins, and into combinations of bins. A value may fall into several bins of its point, or
 * into none. Errors: `bad-coverage-group` for what cannot be a group, `bad-coverage-sample` for a sample that lacks a point or has another.
 */
export class CoverageGroup<P extends Readonly<Record<string, Bins>> = Readonly<Record<string, Bins>>> {
  readonly name: string;
  readonly #points: readonly CountedPoint[];
  readonly #crosses: readonly CountedCross[];
  #samples = 0;

  constructor(name: string, points: P, crosses: Readonly<Record<string, Cross<P>>> = {}) {
    this.name = name;
    if (name.trim() === "") throw badGroup("a group", "a name", "none");
    this.#points = Object.entries(points).map(([point, bins]) => countedPoint(name, point, bins));
    if (this.#points.length === 0) throw badGroup(name, "points", "none");
    this.#crosses = Object.entries(crosses).map(([cross, of]) => this.#cross(cross, of));
  }

  /** Counts one value of each point. */
  sample(values: { readonly [K in keyof P]: Sampled<P[K]> }): void {
    this.#refuseNames(values);
    this.#samples++;
    const met = new Map<CountedPoint, readonly CountedBin[]>();
    for (const point of this.#points) {
      const bins = point.bins.filter(({ holds }) => holds(values[point.name]));
      for (const bin of bins) bin.count++;
      if (bins.length === 0) point.other++;
      met.set(point, bins);
    }
    for (const { of, counts } of this.#crosses) {
      const named = of.map((point) => (met.get(point) ?? []).map((bin) => bin.name));
      for (const combination of combinations(named)) {
        const key = combined(combination);
        const count = counts.get(key);
        if (count !== undefined) counts.set(key, count + 1);
      }
    }
  }

  /** Bins of points and crosses that were met, and all of them. */
  get covered(): { readonly hit: number; readonly of: number } {
    const { points, crosses } = this.data;
    const bins = [...points, ...crosses].flatMap((part) => part.bins);
    return { hit: bins.filter(({ count }) => count > 0).length, of: bins.length };
  }

  /** The counts so far. */
  get data(): GroupCoverage {
    return {
      name: this.name,
      samples: this.#samples,
      points: this.#points.map(({ name, bins, other }) => ({
        name,
        bins: bins.map((bin) => ({ name: bin.name, count: bin.count })),
        other,
      })),
      crosses: this.#crosses.map(({ name, of, counts }) => ({
        name,
        of: of.map((point) => point.name),
        bins: [...counts].map(([bin, count]) => ({ name: bin, count })),
      })),
    };
  }

  #cross(name: string, cross: Cross<P>): CountedCross {
    const where = `${this.name}: ${name}`;
    const { of: names, ignore } = "of" in cross ? cross : { of: cross, ignore: () => false };
    const known = this.#points.map((point) => point.name);
    const of = names.map((point) => {
      const found = this.#points.find((one) => one.name === point);
      if (!found) throw badGroup(where, `points of the group: ${known.join(", ")}`, point, nearestNames(point, known));
      return found;
    });
    if (of.length < 2 || new Set(of).size < of.length) throw badGroup(where, "two points or more", names.join(", "));
    const size = of.reduce((product, { bins }) => product * bins.length, 1);
    if (size > mostCombinations) throw badGroup(where, `at most ${mostCombinations} combinations`, `${size}`);
    const kept = combinations(of.map(({ bins }) => bins.map((bin) => bin.name))).filter(
      (bins) => !ignore(Object.fromEntries(bins.map((bin, i) => [of[i].name, bin])) as { [K in keyof P]: string }),
    );
    return { name, of, counts: new Map(kept.map((bins) => [combined(bins), 0])) };
  }

  #refuseNames(values: object): void {
    const points = this.#points.map(({ name }) => name);
    const missing = points.find((name) => (values as Record<string, unknown>)[name] === undefined);
    const more = Object.keys(values).find((name) => !points.includes(name));
    if (missing === undefined && more === undefined) return;
    const near = more === undefined ? [] : nearestNames(more, points);
    throw new UserError({
      code: "bad-coverage-sample",
      message:
        more === undefined
          ? `a sample of ${this.name} lacks ${missing}`
          : `the group ${this.name} has no point ${more}`,
      where: this.name,
      expected: `a value of each of ${points.join(", ")}`,
      found: Object.keys(values).join(", ") || "nothing",
      ...(near.length > 0 ? { hint: `did you mean ${near.join(" or ")}?` } : {}),
    });
  }
}

/** A group of points, each with its bins by name, and crosses by name. See `CoverageGroup`. */
export function coverageGroup<const P extends Readonly<Record<string, Bins>>>(
  name: string,
  points: P,
  crosses: Readonly<Record<string, Cross<P>>> = {},
): CoverageGroup<P> {
  return new CoverageGroup(name, points, crosses);
}

function countedPoint(group: string, name: string, bins: Bins): CountedPoint {
  const where = `${group}: ${name}`;
  const counted = Object.entries(bins).map(([bin, values]) => ({
    name: bin,
    holds: holder(where, bin, values),
    count: 0,
  }));
  if (counted.length === 0) throw badGroup(where, "bins", "none");
  return { name, bins: counted, other: 0 };
}

function holder(where: string, name: string, bin: Bin): (value: unknown) => boolean {
  if (typeof bin === "function") return bin;
  if (Array.isArray(bin)) {
    if (bin.length === 0) throw badGroup(`${where}: ${name}`, "values", "an empty list");
    return (value) => bin.some((one) => same(one, value));
  }
  if (typeof bin === "object" && "between" in bin) {
    const [low, high] = bin.between;
    if (!(low <= high))
      throw badGroup(`${where}: ${name}`, "a range from a lower number to a higher", `${low} to ${high}`);
    return (value) => isNumber(value) && value >= low && value <= high;
  }
  return (value) => same(bin as Scalar, value);
}

const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";

/** Numbers and bigints of one value are the same. */
function same(a: Scalar, b: unknown): boolean {
  return isNumber(a) && isNumber(b) ? a <= b && a >= b : a === b;
}

const combined = (bins: readonly string[]) => bins.join(" × ");

function combinations(parts: readonly (readonly string[])[]): string[][] {
  return parts.reduce<string[][]>((all, part) => all.flatMap((head) => part.map((one) => [...head, one])), [[]]);
}

function badGroup(where: string, expected: string, found: string, near: readonly string[] = []): UserError {
  return new UserError({
    code: "bad-coverage-group",
    message: `${where} needs ${expected}, not ${found}`,
    where,
    expected,
    found,
    ...(near.length > 0 ? { hint: `did you mean ${near.join(" or ")}?` } : {}),
  });
}
