import { raised } from "../fit.ts";
import { columnsOf, encodeEse } from "./encode.ts";
import type { EseOperation } from "./operation.ts";
import { type EseParameters, eseSpec } from "./spec.ts";

/**
 * The parameters with memories that hold the operation: a depth that is too small is raised to the need, rounded up to a power
 * of two so that builds are shared. Throws `UserError` does-not-fit where the depth was set by hand (it is in `explicit`) or the
 * need is beyond the parameter's range.
 */
export function fitEse(
  parameters: EseParameters,
  explicit: ReadonlySet<string>,
  { network }: EseOperation,
): EseParameters {
  const { pes } = parameters;
  const beyond = (name: string) =>
    name === "rowDepth" || name === "entryDepth" ? "use more PEs" : "use a smaller network";
  // How rows are cut into blocks, and so how many entries there are, follows from rowDepth.
  const shaped = raised(
    eseSpec,
    parameters,
    explicit,
    {
      rowDepth: Math.ceil(Math.max(network.cells, network.outputs) / pes),
      inputDepth: Math.ceil(network.inputs / pes),
      columnDepth: columnsOf(network),
    },
    beyond,
  );
  if (parameters.weights === "stream") return shaped;
  const entryDepth = Math.max(...encodeEse(network, shaped).map(({ weights }) => weights.length));
  return raised(eseSpec, shaped, explicit, { entryDepth }, beyond);
}
