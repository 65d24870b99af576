import fc from "fast-check";

/** Signed raw values of `width` bits (at most 32), with small ones and both ends far more often than chance. */
export function signedValue(width: number): fc.Arbitrary<number> {
  const half = 2 ** (width - 1);
  const clip = (value: number) => Math.max(-half, Math.min(half - 1, value));
  return fc.oneof(
    fc.integer({ min: clip(-4), max: clip(4) }),
    fc.integer({ min: -half, max: half - 1 }),
    fc.constantFrom(-half, half - 1),
  );
}

/** Unsigned values of `width` bits, zero and the largest one far more often than chance. */
export function unsignedValue(width: number): fc.Arbitrary<bigint> {
  const max = (1n << BigInt(width)) - 1n;
  return fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, fc.constant(max), fc.bigInt({ min: 0n, max }));
}
