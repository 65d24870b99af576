/**
 * Any number of steps of a Galois LFSR at once. With bit i of the state as the coefficient of x^(n - 1 - i), a step to the
 * right multiplies by x modulo the polynomial of the mask, x^n + (the mask, read the same way). So m steps multiply by x^m, and
 * x^m takes about log2 m squarings.
 */

/** The state of an LFSR of `width` bits with this mask after `steps` single steps, 0 or more. */
export function jumped(state: bigint, steps: bigint, width: number, mask: bigint): bigint {
  const modulus = (1n << BigInt(width)) | reversed(mask, width);
  let [power, product] = [2n, reversed(state, width)];
  for (let rest = steps; rest > 0n; rest >>= 1n) {
    if (rest & 1n) product = times(product, power, modulus, width);
    power = times(power, power, modulus, width);
  }
  return reversed(product, width);
}

/** The lowest `width` bits in the opposite order. */
function reversed(bits: bigint, width: number): bigint {
  return BigInt(`0b${[...bits.toString(2).padStart(width, "0")].reverse().join("")}`);
}

/** Product of two polynomials over GF(2) of degree below `width`, modulo one of that degree; bit i is the coefficient of x^i. */
function times(a: bigint, b: bigint, modulus: bigint, width: number): bigint {
  const top = 1n << BigInt(width);
  let [sum, shifted] = [0n, a];
  for (let rest = b; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum ^= shifted;
    shifted <<= 1n;
    if (shifted & top) shifted ^= modulus;
  }
  return sum;
}
