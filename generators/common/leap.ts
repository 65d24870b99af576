/**
 * What some steps of a Galois LFSR that shifts right do at once, as a matrix over GF(2): row i tells which bits of the state are
 * added, modulo 2, to bit i of the state after `steps` single steps; bit j of the row stands for bit j of the state.
 */
export function leapMatrix(width: number, mask: bigint, steps: number): bigint[] {
  const step = Array.from({ length: width }, (_, i) => {
    const above = i + 1 < width ? 1n << BigInt(i + 1) : 0n;
    return above | ((mask >> BigInt(i)) & 1n);
  });
  // By squaring, since the number of steps has no limit.
  let result = Array.from({ length: width }, (_, i) => 1n << BigInt(i));
  let square = step;
  for (let rest = BigInt(steps); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = product(result, square);
    square = product(square, square);
  }
  return result;
}

/** The product of two matrices given by rows. */
function product(left: readonly bigint[], right: readonly bigint[]): bigint[] {
  return left.map((row) => right.reduce((sum, other, j) => ((row >> BigInt(j)) & 1n ? sum ^ other : sum), 0n));
}
