import type { Digits } from "../data/mnist.ts";
import type { Mlp } from "../model/mlp.ts";
import type { Random } from "../random.ts";
import { Adam } from "./adam.ts";
import { type Schedule, trainEpochs } from "./epochs.ts";
import { KeptPass, keptWeights, scatter } from "./kept.ts";
import type { TrainingPlan } from "./plan.ts";
import { pruneOnce } from "./train.ts";

/**
 * Dense-sparse-dense training of a dense network (Han et al., ICLR 2017), in place: prune every layer to the share `keep`, retrain
 * what is left, then free the pruned weights, which start again at zero, and train all of them with a small rate. `free` has 1
 * for each weight that may be other than zero in the end. Returns the loss of the last phase.
 */
export async function denseSparseDense(
  plan: Pick<TrainingPlan, "decay" | "augmentation">,
  mlp: Mlp,
  free: readonly Uint8Array[],
  digits: Digits,
  random: Random,
  { keep, sparse, dense }: { readonly keep: number; readonly sparse: Schedule; readonly dense: Schedule },
): Promise<number> {
  const shares = mlp.weights.map(() => keep);
  await pruneOnce(plan, mlp, digits, random, shares, sparse);
  const all = keptWeights(mlp, free);
  const values = all.map((layer) => layer.values);
  const adam = new Adam(values, plan.decay);
  const pass = new KeptPass(all);
  const loss = await trainEpochs(pass, values, digits, dense, plan.augmentation, random, (gradients, rate, count) => {
    adam.step(values, gradients, rate, 1 / count);
  });
  scatter(all, mlp);
  return loss;
}
