/** Errors of the bare engines: names that there are not, and values that a port does not hold. */
import { HdlError } from "../errors.ts";
import { described } from "../messages/described.ts";
import { nearest } from "../names/nearest.ts";
import { here } from "../position.ts";

/** What an input is given beyond what it can be given. */
export function outOfRange(
  port: string,
  value: unknown,
  { least, most }: { readonly least: number | bigint; readonly most: number | bigint },
): HdlError {
  const shown = typeof value === "number" || typeof value === "bigint" ? String(value) : described(value);
  const expected = `a whole number from ${least} to ${most}`;
  const message = `Input "${port}" cannot be ${shown}.`;
  return new HdlError({ code: "literal-out-of-range", message, expected, hint: `Write ${expected}.` }, here());
}

/** A name that is none of those known. */
export function unknownName(
  code: "unknown-net" | "unknown-port",
  message: string,
  name: string,
  known: readonly string[],
  hint?: string,
): HdlError {
  const near = nearest(name, known);
  const expected = near.length > 0 ? near : known.slice(0, 8);
  return new HdlError(
    {
      code,
      message,
      ...(expected.length > 0 ? { expected: `such as ${expected.map((one) => `"${one}"`).join(", ")}` } : {}),
      ...(hint ? { hint } : {}),
    },
    here(),
  );
}

/** The same for a port of the top; those that passes add are none of the user's. */
export function unknownPortName(name: string, ports: readonly string[]): HdlError {
  const own = ports.filter((port) => !port.includes("$"));
  return unknownName("unknown-port", `There is no port "${name}".`, name, own, "Use one of the ports of the top.");
}

/** The same for a clock. */
export function unknownClock(name: string, clocks: readonly string[]): HdlError {
  const hint = "Name clocks, or leave them out: then all of them rise.";
  return unknownName("unknown-port", `There is no clock "${name}".`, name, clocks, hint);
}
