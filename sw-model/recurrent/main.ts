import { loadMnist } from "../data/mnist.ts";
import { type Pruning, pruneTo } from "../ese/lstm.ts";
import { filling } from "../ese/padding.ts";
import { Random } from "../random.ts";
import { lstmOf } from "./dense.ts";
import { LstmLearner } from "./learner.ts";
import { storeDigitLstm } from "./stored.ts";
import { accuracyOf, digitsPlan, parametersOf, restore, trainDense, trainPruned } from "./train.ts";

// Trains the stored LSTM anew: all weights, then what pruning leaves, once balanced, once with weights in padding entries besides, and once by magnitude alone. The same bytes every time.
const log = (line: string) => process.stderr.write(`${line}\n`);
const { train, test } = loadMnist();
const { seed, batch, cells, rowsAStep, pes, padded } = digitsPlan;
const shape = { inputs: 28 * rowsAStep, cells, steps: 28 / rowsAStep, classes: 10 };
const learner = new LstmLearner(shape, batch, new Random(seed));
const result = () => ({ lstm: lstmOf(learner), head: learner.head.slice() });
const measured = (what: string) => {
  const accuracy = accuracyOf(learner, test);
  log(`${what}: ${(100 * accuracy).toFixed(2)} % of the test digits`);
  return accuracy;
};

trainDense(learner, digitsPlan, train, new Random(seed, 1), log);
const dense = measured("all weights");
const start = parametersOf(learner);
const pruned = (what: string, prune: (share: number) => Pruning) => {
  restore(learner, start);
  trainPruned(learner, digitsPlan, prune, train, new Random(seed, 2), log);
  return { ...result(), accuracy: measured(what) };
};
const balanced = pruned("balanced", (share) => pruneTo(share, pes));
const filled = pruned("balanced, padding of weights", (share) => filling(pruneTo(share, pes), padded));
const unbalanced = pruned("unbalanced", (share) => pruneTo(share));
storeDigitLstm({ dense, balanced, filled, unbalanced });
