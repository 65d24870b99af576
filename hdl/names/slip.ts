/**
 * True if one name is the other with two neighbouring letters swapped, or a letter left out or written too often, inside a word of at
 * least four letters. Names that tell things apart on purpose are no slips: `rows` and `cols`, `aWidth` and `bWidth`, `lane1` and
 * `lane12`, `depth` and `depths`.
 */
export function isSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 4) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  if (short.length === long.length) {
    const swapped = start < short.length && short[start] === long[start + 1] && short[start + 1] === long[start];
    return swapped && short.slice(start + 2) === long.slice(start + 2);
  }
  const inside = start > 0 && /[a-z]/i.test(long[start]) && long !== `${short}s`;
  return inside && short.slice(start) === long.slice(start + 1);
}
