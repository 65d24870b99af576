import { UserError } from "./errors.ts";

/**
 * Checks of parsed JSON that name the element at fault. A place is the JSON path, built only when an error needs it
 * because operations hold many thousand elements; `source` is the file (or flag) the document came from.
 */
export interface Place {
  readonly source: string | undefined;
  readonly path: () => string;
}

/** The place of a document's root. */
export function root(source?: string): Place {
  return { source, path: () => "$" };
}

/** The place of a member or an element of `place`. */
export function inside(place: Place, key: string | number): Place {
  const step = typeof key === "number" ? `[${key}]` : `.${key}`;
  return { source: place.source, path: () => place.path() + step };
}

/** "file: $.path", or the path alone where there is no file. */
export function placeText({ source, path }: Place): string {
  return source === undefined ? path() : `${source}: ${path()}`;
}

/** An object that has all `required` keys and no others than those and the `optional` ones. */
export function asObject(
  value: unknown,
  place: Place,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrongShape(place, "an object", describe(value));
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw wrongShape(inside(place, missing), "a value", "nothing");
  const known = [...required, ...optional];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw wrongShape(inside(place, unknown), `only ${known.join(", ")}`, `"${unknown}"`);
  return value as Record<string, unknown>;
}

/** An array, of exactly `length` elements where given; `what` says in an error what the elements are. */
export function asArray(value: unknown, place: Place, what: string, length?: number): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongShape(place, `an array of ${what}`, describe(value));
  if (length !== undefined && value.length !== length) {
    throw wrongShape(place, `${length} ${what}`, `${value.length} elements`);
  }
  return value;
}

/** An integer from `min` to `max`, both included; `what` names the limit in an error ("fits 16 bits"). */
export function asInteger(value: unknown, place: Place, min: number, max: number, what = ""): number {
  // JSON has no infinity: a number that is too large for a double was written.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw outOfRange(place, min, max, value, what);
  }
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw wrongShape(place, `an integer from ${min} to ${max}`, describe(value));
  }
  if (value < min || value > max) throw outOfRange(place, min, max, value, what);
  return value;
}

export function asBoolean(value: unknown, place: Place): boolean {
  if (typeof value !== "boolean") throw wrongShape(place, "true or false", describe(value));
  return value;
}

export function asNumber(value: unknown, place: Place): number {
  if (typeof value !== "number") throw wrongShape(place, "a number", describe(value));
  return value;
}

export function asString(value: unknown, place: Place): string {
  if (typeof value !== "string") throw wrongShape(place, "a string", describe(value));
  return value;
}

/** The error for a value of the wrong kind; `found` is a description. */
export function wrongShape(place: Place, expected: string, found: string): UserError {
  const where = placeText(place);
  const message = `${where}: expected ${expected}, found ${found}`;
  return new UserError({ code: "wrong-shape", message, where, expected, found });
}

/** The error for a number outside its range, an integer unless `kind` says otherwise. */
export function outOfRange(
  place: Place,
  min: number | bigint,
  max: number | bigint,
  found: number | bigint,
  what = "",
  kind: "an integer" | "a number" = "an integer",
): UserError {
  const where = placeText(place);
  const expected = `${kind} from ${min} to ${max}${what && ` (${what})`}`;
  return new UserError({
    code: "value-out-of-range",
    message: `${where}: ${foundText(found)} is out of range; expected ${expected}`,
    where,
    expected,
    found: foundText(found),
  });
}

/** A number as the document has it; beyond 2^53 - 1 that is not known any more. */
function foundText(value: number | bigint): string {
  if (typeof value === "bigint" || !Number.isInteger(value) || Number.isSafeInteger(value)) return `${value}`;
  return `a number beyond 2^53 - 1, read as ${BigInt(value)}`;
}

/** A parsed JSON value in a few words. */
export function describe(value: unknown): string {
  if (typeof value === "number") return foundText(value);
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
