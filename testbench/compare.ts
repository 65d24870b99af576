/** One place in a result and what stands there. */
export interface Difference {
  /** Where, e.g. "y[3]" or "results[0].valid". Empty for the whole result. */
  readonly path: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** What a comparison found. */
export interface Comparison {
  /** How many scalar values were compared. */
  readonly compared: number;
  readonly differences: number;
  readonly first?: Difference;
}

/** Compare two results, element by element, whatever they are made of: arrays, records, numbers, bigints, booleans. */
export function compareDeep(expected: unknown, got: unknown): Comparison {
  let compared = 0;
  let differences = 0;
  let first: Difference | undefined;

  const visit = (path: string, a: unknown, b: unknown): void => {
    const keys = commonKeys(a, b);
    if (keys === undefined) {
      compared++;
      if (sameScalar(a, b)) return;
      differences++;
      first ??= { path, expected: a, got: b };
      return;
    }
    for (const key of keys) visit(join(path, key, Array.isArray(a)), child(a, key), child(b, key));
  };
  visit("", expected, got);
  return { compared, differences, ...(first === undefined ? {} : { first }) };
}

/** The keys to descend into, when both are containers of the same kind. */
function commonKeys(a: unknown, b: unknown): readonly string[] | undefined {
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return undefined;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const child = (value: unknown, key: string): unknown => (value as Record<string, unknown>)[key];

function join(path: string, key: string, inArray: boolean): string {
  if (inArray) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** An engine may give a bigint where the model gives a number; the value counts. */
function sameScalar(a: unknown, b: unknown): boolean {
  if (typeof a === "bigint" || typeof b === "bigint") return isNumeric(a) && isNumeric(b) && a <= b && a >= b;
  return Object.is(a, b) || (a === 0 && b === 0);
}

const isNumeric = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";
