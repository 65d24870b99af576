/**
 * The exact dot product of two vectors of one length, of signed values of `width` and `bWidth` bits (2 to 32). Doubles hold sums up
 * to 2^53, so as many products as fit are added in doubles; the rest is bigint.
 */
export function exactDot(a: ArrayLike<number>, b: ArrayLike<number>, width: number, bWidth = width): bigint {
  const run = 2 ** (53 - (width + bWidth - 2));
  let sum = 0n;
  if (run < 2) {
    for (let i = 0; i < a.length; i++) sum += BigInt(a[i]) * BigInt(b[i]);
    return sum;
  }
  for (let from = 0; from < a.length; from += run) {
    const to = Math.min(a.length, from + run);
    let part = 0;
    for (let i = from; i < to; i++) part += a[i] * b[i];
    sum += BigInt(part);
  }
  return sum;
}
