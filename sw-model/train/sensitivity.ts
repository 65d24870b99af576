import { type Digits, imageOf } from "../data/mnist.ts";
import type { Mlp } from "../model/mlp.ts";
import { turn } from "./epochs.ts";
import { KeptPass, keptWeights } from "./kept.ts";
import { magnitudeMask } from "./prune.ts";

/** What it costs to keep only a share of one layer's weights and all of the others'. */
export interface Sensitivity {
  /** Weights of the layer. */
  readonly count: number;
  /** Shares ascending from just above 0 to 1; damages 0 at share 1, never falling as the share falls. */
  readonly points: readonly { readonly keep: number; readonly damage: number }[];
}

/** Shares at which sensitivity is measured. */
const shares = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 1];

/**
 * Sensitivity of every layer as the rise of the mean loss (nats) over some labelled digits, with that layer pruned alone and nothing
 * retrained (the layerwise scan of Han et al., NIPS 2015, section 4).
 */
export async function lossSensitivity(mlp: Mlp, digits: Digits): Promise<Sensitivity[]> {
  const whole: readonly Uint8Array[] = mlp.weights.map(({ length }) => new Uint8Array(length).fill(1));
  const lossWith = (masks: readonly Uint8Array[]) => {
    const kept = keptWeights(mlp, masks);
    const pass = new KeptPass(kept);
    let loss = 0;
    for (let i = 0; i < digits.count; i++) loss += pass.loss(imageOf(digits, i), digits.labels[i]);
    return loss / digits.count;
  };
  const base = lossWith(whole);
  const sensitivities: Sensitivity[] = [];
  for (const [layer, weights] of mlp.weights.entries()) {
    const damages = new Map<number, number>();
    for (const keep of shares) {
      await turn();
      const pruned = whole.map((all, i) => (i === layer ? magnitudeMask(weights, keep) : all));
      damages.set(keep, lossWith(pruned) - base);
    }
    sensitivities.push(curve(weights.length, (keep) => damages.get(keep) ?? 0));
  }
  return sensitivities;
}

/**
 * Sensitivity without data: the share of the squared weights that is dropped, which is the relative squared error of the layer's
 * results where inputs are independent and of equal size.
 */
export function energySensitivity(weights: Float32Array): Sensitivity {
  const squares = weights.map((value) => value * value).sort();
  const sums = new Float64Array(squares.length + 1);
  for (let i = 0; i < squares.length; i++) sums[i + 1] = sums[i] + squares[i];
  const total = sums[squares.length];
  const dropped = (keep: number) => sums[squares.length - Math.floor(keep * squares.length)];
  return curve(weights.length, (keep) => (total > 0 ? dropped(keep) / total : 0));
}

function curve(count: number, damageOf: (keep: number) => number): Sensitivity {
  let worst = 0;
  const falling = shares.toReversed().map((keep) => {
    worst = keep === 1 ? 0 : Math.max(worst, damageOf(keep));
    return { keep, damage: worst };
  });
  return { count, points: falling.toReversed() };
}

/** The smallest share of a layer whose damage is at most `tolerance`, linear between the points. */
export function keepWithin({ points }: Sensitivity, tolerance: number): number {
  const at = points.findIndex(({ damage }) => damage <= tolerance);
  if (at === 0) return points[0].keep;
  const [low, high] = [points[at - 1], points[at]];
  return high.keep - ((high.keep - low.keep) * (tolerance - high.damage)) / (low.damage - high.damage);
}

/** Shares that keep `density` of all weights together, every layer with the same damage (bisection over the damage). */
export function keepsForDensity(layers: readonly Sensitivity[], density: number): number[] {
  const total = layers.reduce((sum, { count }) => sum + count, 0);
  const keepsAt = (tolerance: number) => layers.map((layer) => keepWithin(layer, tolerance));
  let low = 0;
  let high = Math.max(...layers.map(({ points }) => points[0].damage));
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const kept = keepsAt(middle).reduce((sum, keep, i) => sum + keep * layers[i].count, 0);
    if (kept > density * total) low = middle;
    else high = middle;
  }
  const keeps = keepsAt(high);
  const reached = keeps.reduce((sum, keep, i) => sum + keep * layers[i].count, 0) / total;
  // Below the lowest point all shrink alike.
  return reached > density ? keeps.map((keep) => (keep * density) / reached) : keeps;
}
