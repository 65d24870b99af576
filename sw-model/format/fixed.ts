/**
 * Fixed point <IL, FL>: two's complement of IL + FL bits, value = raw * 2^-FL (Gupta et al., ICML 2015, section 3;
 * contract, numbers, rules 1 and 2). Everything here works on raw integers; `bigint` is exact at every width, `number`
 * is the fast path and is exact while values stay inside +-(2^53 - 1).
 */

/** How dropped bits are rounded. `nearest` sends ties down (towards minus infinity), as Gupta et al. do. */
export type Rounding = "truncate" | "nearest" | "nearest-even";

export const roundings = ["nearest", "nearest-even", "truncate"] as const satisfies readonly Rounding[];

/** Those of units that have a random source as well. */
export type MacRounding = Rounding | "stochastic";

export const macRoundings = ["stochastic", ...roundings] as const satisfies readonly MacRounding[];

export interface FixedFormat {
  /** Integer bits, the sign included. */
  readonly il: number;
  /** Fraction bits. */
  readonly fl: number;
}

/** Smallest and largest raw value of a signed number of `width` bits. */
export function signedRange(width: number): { readonly min: bigint; readonly max: bigint } {
  const half = 1n << BigInt(width - 1);
  return { min: -half, max: half - 1n };
}

/** True where `value` is a signed integer of `width` bits. */
export function fitsSigned(value: number | bigint, width: number): boolean {
  const { min, max } = signedRange(width);
  return value >= min && value <= max;
}

/**
 * Drops the `k` low bits of the exact raw value `x`: returns x * 2^-k, rounded to an integer.
 * A `number` must be a safe integer; the result has the type of the argument. `k` = 0 changes nothing.
 */
export function dropBits(x: number, k: number, rounding: Rounding): number;
export function dropBits(x: bigint, k: number, rounding: Rounding): bigint;
export function dropBits(x: number | bigint, k: number, rounding: Rounding): number | bigint {
  return typeof x === "bigint" ? dropBigint(x, BigInt(k), rounding) : dropNumber(x, k, rounding);
}

/**
 * Drops the `k` low bits of the exact raw value `x`, upwards with the probability that they give: (x + r) >> k, r the low
 * `k` bits of `random`, a state of the LFSR.
 */
export function dropBitsStochastic(x: bigint, k: number, random: bigint): bigint {
  return (x + BigInt.asUintN(k, random)) >> BigInt(k);
}

function dropBigint(x: bigint, k: bigint, rounding: Rounding): bigint {
  if (k === 0n) return x;
  const half = 1n << (k - 1n);
  switch (rounding) {
    case "truncate":
      return x >> k;
    case "nearest":
      return (x + half - 1n) >> k;
    case "nearest-even":
      return (x + half - 1n + ((x >> k) & 1n)) >> k;
  }
}

function dropNumber(x: number, k: number, rounding: Rounding): number {
  if (k === 0) return x;
  // Scaling by a power of two is exact in a double; the remainder below is an exact integer.
  const scale = 2 ** k;
  const floor = Math.floor(x / scale);
  if (rounding === "truncate") return floor;
  const twiceRest = 2 * (x - floor * scale);
  if (twiceRest > scale) return floor + 1;
  if (twiceRest < scale || rounding === "nearest") return floor;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The nearest value that a signed number of `width` bits can hold. */
export function saturate(x: number, width: number): number;
export function saturate(x: bigint, width: number): bigint;
export function saturate(x: number | bigint, width: number): number | bigint {
  if (typeof x === "bigint") {
    const { min, max } = signedRange(width);
    return x < min ? min : x > max ? max : x;
  }
  const half = 2 ** (width - 1);
  // Above 53 bits 2^(width-1) - 1 is no double, but then a safe integer is never out of range.
  return width > 54 ? x : Math.max(-half, Math.min(half - 1, x));
}

/**
 * The raw value of a real number in a format: rounds as `rounding` says, then saturates.
 * Exact for formats up to 53 bits; `value` must be finite.
 */
export function toRaw(value: number, format: FixedFormat, rounding: Rounding = "nearest"): number {
  // x * 2^FL is exact (barring overflow and subnormals), so one rounding decides.
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no fixed-point value`);
  const scaled = value * 2 ** format.fl;
  return saturate(roundReal(scaled, rounding), format.il + format.fl);
}

function roundReal(x: number, rounding: Rounding): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  const up =
    rounding !== "truncate" && (rest > 0.5 || (rest === 0.5 && rounding === "nearest-even" && floor % 2 !== 0));
  // Adding 0 turns a negative zero into a plain one.
  return (up ? floor + 1 : floor) + 0;
}

/** The real value of a raw one. */
export function fromRaw(raw: number, format: FixedFormat): number {
  return raw * 2 ** -format.fl;
}
