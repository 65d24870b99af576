import { rawToJson } from "../json.ts";

/** A format of raw integers, as `generate` states it in the manifest. Ends beyond 2^53 are decimal strings. */
export interface RawFormat {
  readonly width: number;
  readonly signed: boolean;
  readonly min: number | string;
  readonly max: number | string;
}

/** Two's complement of so many bits. */
export function signedFormat(width: number): RawFormat {
  const half = 1n << BigInt(width - 1);
  return { width, signed: true, min: rawToJson(-half), max: rawToJson(half - 1n) };
}

/** Unsigned integers of so many bits. */
export function unsignedFormat(width: number): RawFormat {
  return { width, signed: false, min: 0, max: rawToJson((1n << BigInt(width)) - 1n) };
}
