/** What a function of the language says to code that lost its types, as JavaScript does, or an `any` in TypeScript. */

import { HdlError } from "../errors.ts";
import { here, type LazyPosition } from "../position.ts";
import { described, type SomeType, spelled } from "./described.ts";
import { isOfEarlierProblem, ofEarlierProblem } from "./unknown.ts";

/** `taker`: the function. `expected`: what it takes, with an article. */
export function wrongArgument(
  taker: string,
  expected: string,
  value: unknown,
  at: LazyPosition = here(),
  advice?: string,
): HdlError {
  const problem = problemWith(taker, expected, value, at, advice);
  return isOfEarlierProblem(value) ? ofEarlierProblem(problem) : problem;
}

function problemWith(
  taker: string,
  expected: string,
  value: unknown,
  at: LazyPosition,
  advice: string | undefined,
): HdlError {
  const message = `${taker} takes ${expected}.`;
  const signal = signalIn(value);
  if (!signal) {
    const hint = advice ?? adviceOn(expected, value);
    const details = { code: "wrong-argument", message, expected, found: described(value) } as const;
    return new HdlError({ ...details, ...(hint ? { hint } : {}) }, at);
  }
  const { type, expression } = signal;
  const found = `${type.kind === "enum" ? "an" : "a"} ${spelled(type)} signal`;
  const what = expression.kind === "ref" ? `"${expression.name}", ${found}` : found;
  const hint = advice ?? conversion(expected, type.kind);
  const details = { code: "wrong-argument", message, expected, found, ...(hint ? { hint } : {}) } as const;
  return new HdlError(details, at, [{ role: "operand", what, at: expression.at }]);
}

/** What to write instead, where the value tells what was meant. */
function adviceOn(expected: string, value: unknown): string | undefined {
  if (value === undefined) return "Look at the name or the index that gives nothing here.";
  if (!/\bsignals?\b/.test(expected)) return undefined;
  if (typeof value === "boolean") return `A literal is no signal: write \`fixedValue(bit, ${value})\`.`;
  const type = numberType(value, expected.includes("sint"));
  return type && `A literal has no width of its own here: write \`fixedValue(${type}, ${value})\`, or a wider type.`;
}

/** The least type of an integer, spelled. */
function numberType(value: unknown, signed: boolean): string | undefined {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
  const integer = BigInt(value as bigint | number);
  const digits = (integer < 0n ? -integer - 1n : integer).toString(2);
  const width = digits === "0" ? 0 : digits.length;
  return signed || integer < 0n ? `sint(${width + 1})` : `uint(${Math.max(1, width)})`;
}

/** A signal of a kind that does not fit; this module knows no classes of signals. */
interface SomeSignal {
  readonly type: SomeType;
  readonly expression: { readonly kind: string; readonly name?: string; readonly at: LazyPosition };
}

function signalIn(value: unknown): SomeSignal | undefined {
  const { type, expression } = (typeof value === "object" && value !== null ? value : {}) as Partial<SomeSignal>;
  const isSignal = typeof type?.width === "number" && typeof expression?.kind === "string" && "at" in expression;
  return isSignal ? (value as SomeSignal) : undefined;
}

/** How a signal of a kind becomes what is expected. */
function conversion(expected: string, kind: string): string | undefined {
  if (expected.includes("bit signal")) return "`nonzero()` is true where any bit is 1, `bit(0)` takes one bit.";
  if (expected.includes("sint signal"))
    return kind === "fixed" ? "`raw()` is the raw value." : "`asSint()` keeps the bits, `toSint()` the number.";
  if (!expected.includes("uint")) return undefined;
  return kind === "bit"
    ? "`concat(bit)` makes a number of one bit; for a choice by a bit there are `m.when` and `select`."
    : "`asUint()` gives the bits as a number.";
}

/** An object of options, or of anything else with names. */
export function refuseNoObject(taker: string, expected: string, value: unknown): void {
  if (typeof value !== "object" || value === null) throw wrongArgument(taker, expected, value);
}

/** A body: of a `when`, of a case, of a change to words. */
export function refuseNoFunction(taker: string, value: unknown, advice?: string): void {
  if (typeof value !== "function") throw wrongArgument(taker, "a function", value, here(), advice);
}
