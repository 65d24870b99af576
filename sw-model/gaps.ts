/** How the rows of one processing element in one column tell where they stand: by the number of zeros before each entry. */
export interface GapFormat {
  /** Rows that an index reaches over, its own included: 2^indexBits. A gap of z zeros takes floor(z / reach) padding entries. */
  readonly reach: number;
  /** Rows after which an index counts anew; unless given, it never does. */
  readonly blockRows?: number;
}

/**
 * The rows at which the padding entries before `kept` (ascending) best stand: as many as the gaps take, and of all places that leave no
 * gap too long those with the largest sum of gains, the first ones where sums are equal.
 */
export function bridgingRows(
  kept: readonly number[],
  gain: (row: number) => number,
  { reach, blockRows = Number.POSITIVE_INFINITY }: GapFormat,
): number[] {
  const rows: number[] = [];
  let next = 0;
  for (const row of kept) {
    // An index counts from the start of its block; x % Infinity is x.
    const first = Math.max(next, row - (row % blockRows));
    if (row - first >= reach) {
      const gains = Float64Array.from({ length: row - first }, (_, at) => gain(first + at));
      for (const at of bridge(gains, reach)) rows.push(first + at);
    }
    next = row + 1;
  }
  return rows;
}

/**
 * The floor(length / reach) places with the largest sum of gains that leave no more than `reach` - 1 others before the first, between two
 * of them, and after the last.
 */
function bridge(gains: Float64Array, reach: number): number[] {
  const count = Math.floor(gains.length / reach);
  // best[k][at]: the largest sum of k + 1 places, the last of them `at`.
  const best: Float64Array[] = [];
  const latest = (k: number, before: number): number => {
    let choice = -1;
    for (let at = Math.max(0, before - reach); at < before; at++) {
      if (best[k][at] > (choice < 0 ? Number.NEGATIVE_INFINITY : best[k][choice])) choice = at;
    }
    return choice;
  };
  for (let k = 0; k < count; k++) {
    best.push(
      gains.map((gain, at) => {
        if (k === 0) return at < reach ? gain : Number.NEGATIVE_INFINITY;
        const previous = latest(k - 1, at);
        return previous < 0 ? Number.NEGATIVE_INFINITY : gain + best[k - 1][previous];
      }),
    );
  }
  const places: number[] = [];
  for (let k = count - 1, before = gains.length; k >= 0; k--) {
    before = latest(k, before);
    places.unshift(before);
  }
  return places;
}
