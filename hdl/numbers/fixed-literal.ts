/** Real numbers as raw values of a fixed-point format, and back as exact decimals. */

import { HdlError, type Involved } from "../errors.ts";
import { described } from "../messages/described.ts";
import type { LazyPosition } from "../position.ts";
import { type FixedType, typeName } from "../types.ts";

/** A real number, which the format must hold exactly, or the bits themselves: `{ raw: 3 }` is 3 · 2^−FL. */
export type FixedLiteral = number | bigint | { readonly raw: number | bigint };

/** The raw value of a literal; an error, which shows what the literal meets, unless the format holds exactly that number. */
export function rawOf(
  type: FixedType,
  given: unknown,
  at: LazyPosition,
  meets: () => readonly Involved[] = () => [],
): bigint {
  const half = 1n << BigInt(type.width - 1);
  const text = (raw: bigint) => decimal(raw, type.fl);
  const refuse = (message: string, expected: string, hint = `Write ${expected}.`) =>
    new HdlError({ code: "literal-out-of-range", message, expected, hint }, at, meets());

  const isRaw = typeof given === "object" && given !== null && "raw" in given;
  const value = isRaw ? given.raw : given;
  if (isRaw ? !isWhole(value) : !(typeof value === "bigint" || Number.isFinite(value))) {
    throw refuse(
      `${typeof value === "number" ? value : described(value)} is no ${isRaw ? "raw value" : "number"}.`,
      `a ${isRaw ? "whole" : "finite"} number`,
    );
  }
  if (isRaw && isRounded(value)) throw roundedNumber(value, at, meets());
  const { raw, exact } = isRaw ? { raw: BigInt(value as number), exact: true } : scaled(value as number, type.fl);
  const what = isRaw ? `The raw value ${raw}` : `The literal ${String(value)}`;
  if (raw < -half || raw >= half) {
    throw isRaw
      ? refuse(`${what} does not fit ${typeName(type)}.`, `a whole number from ${-half} to ${half - 1n}`)
      : refuse(`${what} does not fit ${typeName(type)}.`, `a number from ${text(-half)} to ${text(half - 1n)}`);
  }
  if (exact) return raw;
  const nearest = [raw, raw + 1n].filter((candidate) => candidate < half).map(text);
  throw refuse(
    `${what} is not exact in ${typeName(type)}.`,
    nearest.length === 2
      ? `a multiple of 2^-${type.fl}, such as ${nearest.join(" or ")}`
      : `${nearest[0]}, the largest`,
    "Write the one that is meant, or { raw: n } for n * 2^-FL.",
  );
}

/** A whole number beyond 2^53: what was written may have been another one, which JavaScript rounded. */
export function isRounded(value: unknown): value is number {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

export function roundedNumber(value: number, at: LazyPosition, meets: readonly Involved[]): HdlError {
  const message = `The number ${BigInt(value)} is beyond 2^53, where JavaScript rounds: it may not be what was written.`;
  const hint = "Write a bigint, with an n behind its digits: 9007199254740993n, 0xdead_beef_cafe_f00dn.";
  return new HdlError({ code: "literal-out-of-range", message, expected: "a bigint", hint }, at, meets);
}

function isWhole(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isInteger(value);
}

/** `value` · 2^`fl`, rounded down, and whether that changed it. */
function scaled(value: number | bigint, fl: number): { raw: bigint; exact: boolean } {
  if (typeof value === "bigint") return { raw: value << BigInt(fl), exact: true };
  // A double is a whole number over a power of two; doubling it is exact.
  let [whole, places] = [value, 0];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    places++;
  }
  if (places <= fl) return { raw: BigInt(whole) << BigInt(fl - places), exact: true };
  return { raw: BigInt(whole) >> BigInt(places - fl), exact: false };
}

/** `raw` · 2^−`fl` written out. */
export function decimal(raw: bigint, fl: number): string {
  const digits = (raw < 0n ? -raw : raw) * 5n ** BigInt(fl);
  const padded = digits.toString().padStart(fl + 1, "0");
  const fraction = padded.slice(padded.length - fl).replace(/0+$/, "");
  const whole = padded.slice(0, padded.length - fl);
  return `${raw < 0n ? "-" : ""}${whole}${fl > 0 && fraction !== "" ? `.${fraction}` : ""}`;
}

/** `raw` · 2^−`fl` as a double; undefined where no double is that number, as of a raw value of more than 53 significant bits. */
export function realOf(raw: bigint, fl: number): number | undefined {
  // Two steps keep a tiny scale from becoming zero before it meets a large number.
  const first = Math.min(fl, 1000);
  const real = Number(raw) * 2 ** -first * 2 ** (first - fl);
  if (fl <= 1000 && Number.isSafeInteger(Number(raw))) return real;
  if (!Number.isFinite(real)) return undefined;
  const back = scaled(real, fl);
  return back.exact && back.raw === raw ? real : undefined;
}
