/**
 * Weights of a layer that share few values (Deep Compression, section 3): code 0 is exactly zero and stands for the
 * pruned weights, code c is `centroids[c]`.
 */
export interface SharedWeights {
  readonly codes: Uint8Array;
  readonly centroids: Float32Array;
}

/**
 * One-dimensional k-means over the nonzero weights, from centroids spread evenly between smallest and largest, which
 * keeps the few large weights well represented. Runs until nothing moves, at most `rounds` times.
 */
export function shareWeights(weights: Float32Array, codeCount: number, rounds = 200): SharedWeights {
  const nonzero = weights.filter((value) => value !== 0);
  const low = nonzero.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = nonzero.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const clusters = codeCount - 1;
  const step = clusters > 1 ? (high - low) / (clusters - 1) : 0;
  const centroids = new Float32Array(codeCount);
  for (let c = 0; c < clusters; c++) centroids[c + 1] = nonzero.length > 0 ? low + c * step : 0;
  const codes = new Uint8Array(weights.length);
  let reseeded = false;
  for (let round = 0; round < rounds; round++) {
    const moved = assign(weights, centroids, codes);
    if (!moved && !reseeded) break;
    reseeded = recentre(weights, codes, centroids);
  }
  return { codes, centroids };
}

/** Gives every nonzero weight the code of its nearest centroid; true where one changed. */
function assign(weights: Float32Array, centroids: Float32Array, codes: Uint8Array): boolean {
  let moved = false;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    let best = 1;
    for (let c = 2; c < centroids.length; c++) {
      if (Math.abs(weights[i] - centroids[c]) < Math.abs(weights[i] - centroids[best])) best = c;
    }
    if (codes[i] !== best) moved = true;
    codes[i] = best;
  }
  return moved;
}

/**
 * Moves every centroid to the mean of its members. One without members (pruning leaves a gap around zero, where even
 * spacing puts one) moves to the weight that is worst represented; true where that happened, for then the centroid
 * that lost the weight is no mean any more.
 */
function recentre(weights: Float32Array, codes: Uint8Array, centroids: Float32Array): boolean {
  const sums = new Float64Array(centroids.length);
  const counts = new Uint32Array(centroids.length);
  for (let i = 0; i < weights.length; i++) {
    sums[codes[i]] += weights[i];
    counts[codes[i]]++;
  }
  for (let c = 1; c < centroids.length; c++) if (counts[c] > 0) centroids[c] = sums[c] / counts[c];
  let reseeded = false;
  for (let c = 1; c < centroids.length; c++) {
    if (counts[c] > 0) continue;
    const worst = worstRepresented(weights, codes, centroids);
    if (worst === undefined) break;
    centroids[c] = weights[worst];
    codes[worst] = c;
    reseeded = true;
  }
  return reseeded;
}

/** Position of the weight farthest from its centroid; undefined where all coincide with theirs. */
function worstRepresented(weights: Float32Array, codes: Uint8Array, centroids: Float32Array): number | undefined {
  let worst: number | undefined;
  let farthest = 0;
  for (let i = 0; i < weights.length; i++) {
    const distance = codes[i] === 0 ? 0 : Math.abs(weights[i] - centroids[codes[i]]);
    if (distance <= farthest) continue;
    worst = i;
    farthest = distance;
  }
  return worst;
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
