import { type CycleLayer, chainCycles, layerCycles } from "../sw-model/eie/array-cycles.ts";
import { chainEvents } from "../sw-model/eie/counts.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { saturationsOf } from "../sw-model/eie/golden.ts";
import type { EieParameters } from "../sw-model/eie/spec.ts";
import { goldenChain, type NetworkCase, networkCase } from "../testbench/cases/eie-network.ts";
import { LoadedNetwork } from "../testbench/drivers/eie.ts";
import type { EieConnection, EieCounts } from "../testbench/drivers/eie-host.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import type { FurtherCases } from "./generator.ts";

/**
 * Chains of layers with the hardware's bias, on an array that a host reaches by some connection: layer by layer, then back to back, and what
 * the array then says to have counted of each.
 */
export const eieChains = (
  connect: (parameters: EieParameters) => EieConnection,
): FurtherCases<EieParameters, NetworkCase> => ({
  // A column of inputs, one of the bias.
  arbitrary: (parameters) => (parameters.columnDepth < 3 ? undefined : networkCase(parameters)),
  golden(parameters, network) {
    const chain = goldenChain(parameters, network);
    const works = worksOf(parameters, network);
    const total = (of: readonly { readonly cycles: number }[]) => of.reduce((sum, { cycles }) => sum + cycles, 0);
    const cycles = total(chainCycles(parameters, works));
    const layered = total(works.map((work) => layerCycles(parameters, work)));
    const layers = chain.map(({ y }) => y);
    const result = { layers, last: layers[layers.length - 1], layered };
    return { result: parameters.counters ? { ...result, counts: goldenCounts(parameters, network) } : result, cycles };
  },
  async run(simulation, parameters, { layers, bias, x }) {
    const host = connect(parameters);
    const loaded = await LoadedNetwork.load(simulation, host, layers, bias);
    const layered = await loaded.run(x, { everyLayer: true });
    const { outputs, cycles, ioCycles } = await loaded.run(x, { everyLayer: false });
    const result = { layers: layered.outputs, last: outputs[0], layered: layered.cycles };
    if (!parameters.counters) return { result, cycles, ioCycles };
    const counts: EieCounts[] = await perform(
      simulation,
      layers.map((_, i) => host.counts(i)),
    );
    return { result: { ...result, counts }, cycles, ioCycles };
  },
});

/** What the models say that the array counts of each layer of a chain. */
export function goldenCounts(parameters: EieParameters, network: NetworkCase): EieCounts[] {
  const most = 2 ** parameters.counterBits - 1;
  return goldenEvents(parameters, network).map(
    (events) =>
      Object.fromEntries(Object.entries(events).map(([name, count]) => [name, Math.min(count, most)])) as EieCounts,
  );
}

/** What the cycle model takes of each layer of a chain. */
export function worksOf(parameters: EieParameters, network: NetworkCase): CycleLayer[] {
  return goldenChain(parameters, network).map(({ input }, i) => {
    const { matrix, sourceRow, resultRow } = network.layers[i];
    const columns = encodeCsc(matrix, parameters);
    return { columns, activations: input, bias: true, outputs: matrix.rows, sourceRow, resultRow };
  });
}

/** What happens in each layer of a chain that runs back to back. */
function goldenEvents(parameters: EieParameters, network: NetworkCase): EieCounts[] {
  const works = worksOf(parameters, network);
  return chainEvents(parameters, works).map((events, i) => {
    const { activations } = works[i];
    return { ...events, ...saturationsOf(parameters, network.layers[i], [...Array.from(activations), network.bias]) };
  });
}
