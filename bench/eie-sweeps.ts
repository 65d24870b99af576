import { layerCycles } from "../sw-model/eie/array-cycles.ts";
import { countEntries, encodeCsc } from "../sw-model/eie/csc.ts";
import type { EieParameters } from "../sw-model/eie/spec.ts";
import { sramPicojoules } from "./eie-energy.ts";
import { type DrawnLayer, drawLayer, paperLayers } from "./eie-layers.ts";
import type { Figure } from "./page.ts";

const powers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

/**
 * Figures 8, 9 and 11 to 13 of EIE by the cycle model alone, with memories as large as it takes: load balance against the depth
 * of the queues, reads of the matrix memory against its width, speed-up, padding and load balance against the number of PEs.
 */
export function eieFigures(parameters: EieParameters, seed: number, log: (line: string) => void): Figure[] {
  const depths = powers(0, 8);
  const entriesPerWord = powers(2, 6);
  const pes = powers(0, 8);
  const swept = paperLayers.map((layer) => {
    log(`sweeping ${layer.name}`);
    const drawn = drawLayer(layer, parameters, { seed });
    const columns = encodeCsc(drawn.matrix, parameters);
    const at = (p: EieParameters, stores = encodeCsc(drawn.matrix, p)) => {
      const outputs = drawn.matrix.rows;
      const { cycles, entries } = layerCycles(p, { columns: stores, activations: drawn.x, bias: false, outputs });
      return { cycles, balance: entries / (p.pes * cycles) };
    };
    const byPes = pes.map((count) => at({ ...parameters, pes: count }));
    return {
      name: layer.name,
      depth: depths.map((queueDepth) => at({ ...parameters, queueDepth }, columns).balance),
      reads: entriesPerWord.map((lanes) => wordReads(drawn, columns, lanes)),
      energy: entriesPerWord.map((lanes) => wordReads(drawn, columns, lanes) * wordNanojoules(parameters, lanes)),
      speedUp: byPes.map(({ cycles }) => byPes[0].cycles / cycles),
      balance: byPes.map(({ balance }) => balance),
      padding: pes.map((count) => 1 - drawn.matrix.rowOf.length / storedEntries(drawn, { ...parameters, pes: count })),
    };
  });
  const figure = (
    title: string,
    x: Figure["x"],
    y: string,
    pick: "depth" | "reads" | "energy" | "speedUp" | "balance" | "padding",
    logarithmic = false,
  ): Figure => ({ title, x, y, logarithmic, series: swept.map((one) => ({ name: one.name, values: one[pick] })) });
  const byPes = { name: "PEs", values: pes };
  const widths = entriesPerWord.map((lanes) => lanes * (parameters.weightBits + parameters.indexBits));
  return [
    figure(
      "Load balance and depth of the queues (figure 8)",
      { name: "queue depth", values: depths },
      "share",
      "depth",
    ),
    figure(
      "Reads of the matrix memory and its width (figure 9)",
      { name: "bits a word", values: widths },
      "reads a layer, all PEs",
      "reads",
      true,
    ),
    figure(
      "Energy of these reads by the model of SRAM in docs/bench.md (figure 9)",
      { name: "bits a word", values: widths },
      "nJ a layer, all PEs",
      "energy",
      true,
    ),
    figure("Speed-up over one PE (figure 11)", byPes, "times", "speedUp", true),
    figure("Padding among stored entries (figure 12)", byPes, "share", "padding"),
    figure("Load balance and number of PEs (figure 13)", byPes, "share", "balance"),
  ];
}

/** A word is read at the start of a column and at each word boundary within it. */
function wordReads({ x }: DrawnLayer, columns: ReturnType<typeof encodeCsc>, lanes: number): number {
  let reads = 0;
  for (const { pointers } of columns) {
    for (let col = 0; col < x.length; col++) {
      if (x[col] === 0 || pointers[col] === pointers[col + 1]) continue;
      reads += Math.floor((pointers[col + 1] - 1) / lanes) - Math.floor(pointers[col] / lanes) + 1;
    }
  }
  return reads;
}

/** Energy of a read of the matrix memory of the same capacity in words of so many entries. */
function wordNanojoules({ weightBits, indexBits, entryDepth }: EieParameters, lanes: number): number {
  return sramPicojoules((weightBits + indexBits) * lanes, entryDepth / lanes) / 1000;
}

function storedEntries({ matrix }: DrawnLayer, parameters: EieParameters): number {
  return countEntries(matrix, parameters).reduce((sum, count) => sum + count, 0);
}
