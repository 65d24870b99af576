import { UserError } from "../sw-model/errors.ts";
import { stepCycles, stepLoads } from "../sw-model/ese/cycles.ts";
import { encodeEse } from "../sw-model/ese/encode.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { goldenSteps } from "../sw-model/ese/golden.ts";
import { compressLstm, type DenseLstm, fractionsFor, pruneBy } from "../sw-model/ese/lstm.ts";
import type { EseNetwork, EseSequence } from "../sw-model/ese/network.ts";
import type { EseOperation } from "../sw-model/ese/operation.ts";
import { filling } from "../sw-model/ese/padding.ts";
import type { EseParameters } from "../sw-model/ese/spec.ts";
import { finerNames } from "../sw-model/ese/weight-fractions.ts";
import { EseHost, runSequences } from "../testbench/drivers/ese.ts";
import type { EsePort } from "../testbench/drivers/ese-port.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import type { RecurrentRunner } from "./generator.ts";

const sequence = ({ cells, outputs }: EseNetwork, x: readonly (readonly number[])[]): EseSequence => ({
  x,
  state: { c: new Array<number>(cells).fill(0), y: new Array<number>(outputs).fill(0) },
});

const withoutSteps = (network: EseNetwork): EseOperation => ({
  ...{ network, sequences: [sequence(network, [])], batched: false },
});

/** An LSTM on ESE, reached by some port: pruned as asked, its formats chosen by the ranges of weights, inputs and states. */
export const eseRecurrent = (
  connect: (parameters: EseParameters) => EsePort,
): RecurrentRunner<EseParameters, EseNetwork> => ({
  fit(given, explicit, lstm, { sparsity, prune, padding, ranges }) {
    checkKind(given, lstm);
    const pruned = pruneBy(prune, 1 - sparsity, given.pes);
    const fixed = Object.fromEntries(
      weightFractions.filter((name) => explicit.has(name)).map((name) => [name, given[name]]),
    );
    const { network: sparse, formats, saturated } = compressLstm(lstm, pruned, given, fixed);
    const tuned = { ...given, ...formats, ...notIn(explicit, fractionsFor(ranges, given, formats)) };
    const parameters = fitEse(tuned, explicit, withoutSteps(sparse));
    if (padding === "zeros") return { parameters, network: sparse, pruning: pruned, saturated };
    const pruning = filling(pruned, parameters);
    return { parameters, pruning, ...compressLstm(lstm, pruning, given, formats) };
  },
  quantise({ activationBits, inputFraction }, x) {
    const half = 2 ** (activationBits - 1);
    let saturated = 0;
    const raw = Array.from(x, (value) => {
      const rounded = Math.round(value * 2 ** inputFraction);
      const kept = Math.max(-half, Math.min(half - 1, rounded));
      if (kept !== rounded) saturated++;
      return kept;
    });
    return { raw, saturated };
  },
  real: ({ outputFraction }, raw) => raw * 2 ** -outputFraction,
  golden: (parameters, network) => (x) => goldenSteps(parameters, network, sequence(network, x)).map(({ y }) => y),
  cost(parameters, network) {
    const entries = encodeEse(network, parameters).reduce((sum, { weights }) => sum + weights.length, 0);
    return { cycles: stepCycles(parameters, stepLoads(parameters, network)), entries, pes: parameters.pes };
  },
  async load(simulation, parameters, network) {
    const host = new EseHost(parameters, [network], connect(parameters));
    await perform(simulation, [host.loadNetwork()]);
    return async (x) => {
      const { y, cycles } = await runSequences(simulation, host, [sequence(network, x)]);
      return { y: y[0], cycles };
    };
  },
});

const weightFractions = [
  ...(["inputWeightFraction", "recurrentWeightFraction", "biasFraction"] as const),
  ...finerNames.input,
  ...finerNames.recurrent,
];

function notIn<T extends object>(names: ReadonlySet<string>, fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name))) as Partial<T>;
}

/** The hardware has a projection and peepholes where its parameters say so; the network must have the same. */
function checkKind(p: EseParameters, { projection }: DenseLstm): void {
  const conflict = (parameter: string, expected: string, found: string) =>
    new UserError({
      code: "model-conflict",
      message: `the LSTM of the model does not go with ${parameter} = ${found}`,
      where: parameter,
      expected,
      found,
      hint: `leave ${parameter} unset`,
    });
  if (p.cell === "gru") throw conflict("cell", "lstm: the model has an LSTM", "gru");
  if (p.peephole) throw conflict("peephole", "false: the LSTM has no peepholes", "true");
  const outputs = projection?.rows ?? 0;
  if (p.projection !== outputs) throw conflict("projection", `${outputs}, as the LSTM has`, `${p.projection}`);
}
