/** Parameters of modules as text. */
import { HdlError } from "../errors.ts";
import { here, type LazyPosition } from "../position.ts";

/** Parameters as a string that is equal for equal parameters, whatever the order of their keys. */
export function canonical(value: unknown, at: LazyPosition = here(), within: readonly unknown[] = []): string {
  if (within.includes(value)) {
    throw new HdlError(
      {
        code: "opaque-parameter",
        message: "A module parameter contains itself, so it has no end to compare.",
        expected: "numbers, strings, booleans, types, and arrays or objects of these",
        found: Array.isArray(value)
          ? "an array that is one of its own members"
          : "an object that is one of its own values",
      },
      at,
    );
  }
  const inner = (v: unknown) => canonical(v, at, [...within, value]);
  if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
  if (typeof value === "bigint") return `${value}n`;
  const plain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (plain) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${inner(v)}`)
      .join(",")}}`;
  }
  // JSON would write NaN and the infinities as null.
  if (typeof value === "number" || value === undefined) return String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  throw new HdlError(
    {
      code: "opaque-parameter",
      message: "A module parameter is not plain data, so equal instances could not be told from different ones.",
      expected: "numbers, strings, booleans, types, and arrays or objects of these",
      found:
        typeof value === "object" ? `an object of class ${value.constructor?.name ?? "null"}` : `a ${typeof value}`,
    },
    at,
  );
}
