import { raised } from "../fit.ts";
import { columnsOf, encodeEse } from "./encode.ts";
import type { EseNetwork } from "./network.ts";
import { type EseOperation, layersOf } from "./operation.ts";
import { type EseParameters, eseSpec } from "./spec.ts";

/**
 * The parameters with memories that hold the operation: a depth that is too small is raised to the need, rounded up to a power
 * of two so that builds are shared. Throws `UserError` does-not-fit where the depth was set by hand (it is in `explicit`) or the
 * need is beyond the parameter's range.
 */
export function fitEse(
  parameters: EseParameters,
  explicit: ReadonlySet<string>,
  operation: EseOperation,
): EseParameters {
  const { pes } = parameters;
  const layers = layersOf(operation);
  const most = (of: (network: EseNetwork) => number) => Math.max(...layers.map(of));
  const sum = (of: (network: EseNetwork) => number) => layers.reduce((all, network) => all + of(network), 0);
  const beyond = (name: string) =>
    name === "rowDepth" || name === "entryDepth" ? "use more PEs" : "use a smaller network";
  // How rows are cut into blocks, and so how many entries there are, follows from rowDepth.
  const shaped = raised(
    eseSpec,
    parameters,
    explicit,
    {
      rowDepth: most(({ cells, outputs }) => Math.ceil(Math.max(cells, outputs) / pes)),
      inputDepth: Math.ceil(operation.network.inputs / pes),
      layers: layers.length,
      ...(parameters.counts === "stored" ? { columnDepth: sum(columnsOf) } : {}),
    },
    beyond,
  );
  if (parameters.weights === "stream") return shaped;
  const entries = layers.map((network) => encodeEse(network, shaped));
  const entryDepth = Math.max(
    ...entries[0].map((_, pe) => entries.reduce((all, layer) => all + layer[pe].weights.length, 0)),
  );
  return raised(eseSpec, shaped, explicit, { entryDepth }, beyond);
}
