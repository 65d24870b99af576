import { loadMnist } from "../data/mnist.ts";
import { Random } from "../random.ts";
import { lstmOf } from "./dense.ts";
import { LstmLearner } from "./learner.ts";
import { storeDigitLstm } from "./stored.ts";
import { accuracyOf, digitsPlan, parametersOf, restore, trainDense, trainPruned } from "./train.ts";

// Trains the stored LSTM anew: all weights, then what pruning leaves, once balanced and once not. The same bytes every time.
const log = (line: string) => process.stderr.write(`${line}\n`);
const { train, test } = loadMnist();
const { seed, batch, cells, rowsAStep, pes } = digitsPlan;
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
trainPruned(learner, digitsPlan, pes, train, new Random(seed, 2), log);
const [balanced, balancedAccuracy] = [result(), measured("balanced")];
restore(learner, start);
trainPruned(learner, digitsPlan, undefined, train, new Random(seed, 2), log);
const [unbalanced, unbalancedAccuracy] = [result(), measured("unbalanced")];
storeDigitLstm({
  balanced,
  unbalanced,
  accuracy: { dense, balanced: balancedAccuracy, unbalanced: unbalancedAccuracy },
});
