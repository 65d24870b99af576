import type { Random } from "../random.ts";

/**
 * Weights of a layer that share few values (Deep Compression, section 3): code 0 is exactly zero and stands for the
 * pruned weights, code c is `centroids[c]`.
 */
export interface SharedWeights {
  readonly codes: Uint8Array;
  readonly centroids: Float32Array;
}

/**
 * Where k-means begins (Deep Compression, section 3.2): evenly spaced from smallest to largest weight, evenly spaced in the
 * cumulative distribution, or at weights drawn at random.
 */
export const initialisations = ["linear", "density", "forgy"] as const;
export type Initialisation = (typeof initialisations)[number];

export interface Sharing {
  /** Linear unless given: it keeps the few large weights well represented. */
  readonly initialisation?: Initialisation;
  /** Draws the weights of `forgy`; needed for that one alone. */
  readonly random?: Random;
  /** Most rounds. */
  readonly rounds?: number;
}

/**
 * One-dimensional k-means over the nonzero weights, in `codeCount` - 1 clusters; runs until nothing moves. The centroids
 * come out ascending. In one dimension a cluster is a run of the sorted weights, so a round costs a search a cluster.
 */
export function shareWeights(
  weights: Float32Array,
  codeCount: number,
  { initialisation = "linear", random, rounds = 1000 }: Sharing = {},
): SharedWeights {
  const sorted = weights.filter((value) => value !== 0).sort();
  const centroids = initial(sorted, codeCount - 1, initialisation, random);
  const sums = prefixSums(sorted);
  let starts = startsOf(sorted, centroids);
  for (let round = 0; round < rounds; round++) {
    const reseeded = recentre(sorted, sums, starts, centroids);
    const next = startsOf(sorted, centroids);
    const moved = next.some((start, c) => start !== starts[c]);
    starts = next;
    if (!moved && !reseeded) break;
  }
  return { codes: codesOf(weights, centroids), centroids: Float32Array.of(0, ...centroids) };
}

function initial(sorted: Float32Array, clusters: number, how: Initialisation, random?: Random): Float32Array {
  const count = sorted.length;
  const centroids = new Float32Array(clusters);
  if (count === 0) return centroids;
  switch (how) {
    case "linear": {
      const step = clusters > 1 ? (sorted[count - 1] - sorted[0]) / (clusters - 1) : 0;
      return centroids.map((_, c) => sorted[0] + c * step);
    }
    case "density":
      return centroids.map((_, c) => sorted[Math.floor(((c + 0.5) * count) / clusters)]);
    case "forgy": {
      if (!random) throw new Error("forgy draws weights and needs a random generator");
      return centroids.map(() => sorted[Math.floor(random.uniform() * count)]).sort();
    }
  }
}

function prefixSums(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  return sums;
}

/** The largest value that is nearest to centroid c and not to the one after it; of two as near, the lower one. */
const upperEnd = (centroids: Float32Array, c: number) => (centroids[c] + centroids[c + 1]) / 2;

/** Cluster c is the sorted weights from starts[c] up to, not including, starts[c + 1]. */
function startsOf(sorted: Float32Array, centroids: Float32Array): Uint32Array {
  const starts = new Uint32Array(centroids.length + 1);
  for (let c = 1; c < centroids.length; c++) starts[c] = countUpTo(sorted, upperEnd(centroids, c - 1));
  starts[centroids.length] = sorted.length;
  return starts;
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(values: Float32Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Moves every centroid to the mean of its members. One without members (pruning leaves a gap around zero, where even
 * spacing puts one) moves to the weight that is worst represented; true where that happened, for then the centroid
 * that lost the weight is no mean any more.
 */
function recentre(sorted: Float32Array, sums: Float64Array, starts: Uint32Array, centroids: Float32Array): boolean {
  const empty: number[] = [];
  for (let c = 0; c < centroids.length; c++) {
    const count = starts[c + 1] - starts[c];
    if (count > 0) centroids[c] = (sums[starts[c + 1]] - sums[starts[c]]) / count;
    else empty.push(c);
  }
  let reseeded = false;
  for (const c of empty) {
    const used = centroids.filter((_, other) => other < c || !empty.includes(other)).sort();
    const worst = worstRepresented(sorted, used);
    if (worst !== undefined) reseeded = true;
    centroids[c] = worst ?? used[0] ?? 0;
  }
  centroids.sort();
  return reseeded;
}

/** The weight farthest from its centroid: the first or the last of a cluster; undefined where all coincide with theirs. */
function worstRepresented(sorted: Float32Array, centroids: Float32Array): number | undefined {
  const starts = startsOf(sorted, centroids);
  let worst: number | undefined;
  let farthest = 0;
  centroids.forEach((centroid, c) => {
    if (starts[c] === starts[c + 1]) return;
    for (const at of [starts[c], starts[c + 1] - 1]) {
      const distance = Math.abs(sorted[at] - centroid);
      if (distance <= farthest) continue;
      worst = sorted[at];
      farthest = distance;
    }
  });
  return worst;
}

function codesOf(weights: Float32Array, centroids: Float32Array): Uint8Array {
  const ends = Float64Array.from({ length: Math.max(0, centroids.length - 1) }, (_, c) => upperEnd(centroids, c));
  return Uint8Array.from(weights, (value) => {
    if (value === 0) return 0;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= ends[middle]) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  });
}

/** Writes the shared values back into the weights. */
export function expand({ codes, centroids }: SharedWeights, weights: Float32Array): void {
  for (let i = 0; i < weights.length; i++) weights[i] = centroids[codes[i]];
}

/** The gradient of each centroid: the sum of its members' gradients; code 0 has none. */
export function centroidGradient({ codes, centroids }: SharedWeights, gradient: Float32Array): Float32Array {
  const sums = new Float32Array(centroids.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] !== 0) sums[codes[i]] += gradient[i];
  return sums;
}
