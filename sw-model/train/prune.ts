/**
 * Masks that keep the given share of a layer's weights, those of largest magnitude (Deep Compression, section 2).
 * Weights that an earlier mask dropped are zero and so stay dropped. The bias counts as weights.
 */
export function magnitudeMask(weights: Float32Array, keep: number): Uint8Array {
  const mask = new Uint8Array(weights.length);
  let left = Math.floor(keep * weights.length);
  if (left === 0) return mask;
  const threshold = weights.map(Math.abs).sort()[weights.length - left];
  for (let i = 0; i < weights.length; i++) {
    if (Math.abs(weights[i]) <= threshold) continue;
    mask[i] = 1;
    left--;
  }
  // Equal magnitudes go by position.
  for (let i = 0; i < weights.length && left > 0; i++) {
    if (Math.abs(weights[i]) !== threshold) continue;
    if (weights[i] !== 0) mask[i] = 1;
    left--;
  }
  return mask;
}
