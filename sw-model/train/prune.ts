/**
 * Masks that keep the given share of a layer's weights, those of largest magnitude (Deep Compression, section 2).
 * Weights that an earlier mask dropped are zero and so stay dropped. The bias counts as weights.
 */
export function magnitudeMask(weights: Float32Array, keep: number): Uint8Array {
  const kept = Math.floor(keep * weights.length);
  const order = Uint32Array.from(weights, (_, i) => i);
  // Equal magnitudes go by position, so that the result does not depend on the sort.
  order.sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]) || a - b);
  const mask = new Uint8Array(weights.length);
  for (const at of order.subarray(0, kept)) if (weights[at] !== 0) mask[at] = 1;
  return mask;
}

/** Sets what the mask drops to zero, in place. */
export function applyMask(weights: Float32Array, mask: Uint8Array): void {
  for (let i = 0; i < weights.length; i++) if (mask[i] === 0) weights[i] = 0;
}
