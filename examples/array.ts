import { bnnCycles, initiationInterval } from "../sw-model/bnn/cycles.ts";
import { fitBnn } from "../sw-model/bnn/fit.ts";
import { fold } from "../sw-model/bnn/fold.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";

// #region fold
/** A network of 784-256-256-256-10 that takes a digit every 128 cycles. */
const layers = [
  { rows: 256, cols: 784 },
  { rows: 256, cols: 256 },
  { rows: 256, cols: 256 },
  { rows: 10, cols: 256 },
];

export function folded(): string {
  const { pes, lanes } = fold(layers, { interval: 128 });
  const { parameters, explicit } = resolveParameters(bnnSpec, { sets: [`pes=${pes}`, `lanes=${lanes}`] });
  const fitted = fitBnn(parameters, explicit, layers);
  const cycles = (digits: number) => bnnCycles(fitted, layers, digits);
  return [
    `pes ${pes}, lanes ${lanes}`,
    `a digit every ${initiationInterval(fitted, layers)} cycles`,
    `1 digit ${cycles(1)} cycles, 100 digits ${cycles(100)}, 101 digits ${cycles(101)}`,
  ].join("\n");
}
// #endregion
