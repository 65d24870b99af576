import type { Augmentation } from "../train/augment.ts";
import type { Schedule } from "../train/epochs.ts";
import type { Initialisation } from "../train/share.ts";

/** What is to be done to a network; the same plan on the same network and data gives the same bytes. */
export interface CompressionPlan {
  readonly seed: number;
  /** How much to keep: shares by layer, one share of all weights divided by sensitivity, or all but a share of each layer's energy. */
  readonly keep:
    | { readonly by: "layer"; readonly shares: readonly number[] }
    | { readonly by: "density"; readonly density: number }
    | { readonly by: "energy"; readonly dropped: number };
  /** Bits of a weight's code, by layer. */
  readonly weightBits: readonly number[];
  /** Bits of a relative index; undefined: what makes each layer smallest. */
  readonly indexBits: number | undefined;
  readonly initialisation: Initialisation;
  /** Undefined: nothing is trained. */
  readonly retraining: Retraining | undefined;
}

export interface Retraining {
  readonly decay: number;
  readonly augmentation: Augmentation;
  /** Dense-sparse-dense first (Han et al., ICLR 2017): prune to this share, retrain, free the pruned weights from zero, retrain. */
  readonly denseSparseDense: { readonly keep: number; readonly sparse: Schedule; readonly dense: Schedule } | undefined;
  /** Rounds of pruning; the shares fall from round to round by the same factor. */
  readonly rounds: readonly Schedule[];
  /** Tuning of the shared values. */
  readonly sharing: Schedule;
}

const batch = 64;

/** Retraining for so many epochs: a third in rounds on the way down, a half at the last sparsity, the rest for the shared values. */
export function retrainingFor(epochs: number, denseSparseDense: number | undefined): Retraining {
  const schedule = (share: number, rate: number) => ({ epochs: Math.max(1, Math.round(share * epochs)), rate, batch });
  return {
    decay: 2e-5,
    augmentation: { shift: 1.5, turn: 0.2, stretch: 0.12 },
    denseSparseDense:
      denseSparseDense === undefined
        ? undefined
        : { keep: denseSparseDense, sparse: schedule(1 / 4, 1e-3), dense: schedule(1 / 4, 1e-4) },
    rounds: [...Array.from({ length: 3 }, () => schedule(1 / 9, 1e-3)), schedule(1 / 2, 1e-3)],
    sharing: schedule(1 / 6, 3e-4),
  };
}
