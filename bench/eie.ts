import { eieGenerator } from "../catalog/eie.ts";
import { startGenerator } from "../catalog/execute.ts";
import { countedCycles } from "../sw-model/eie/array-cycles.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { tiledCycles } from "../sw-model/eie/cycles.ts";
import { goldenLayer } from "../sw-model/eie/golden.ts";
import { type EieParameters, eieSpec } from "../sw-model/eie/spec.ts";
import type { Tile } from "../sw-model/eie/tiles.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { driveTiles } from "../testbench/drivers/eie.ts";
import { EieHost } from "../testbench/drivers/eie-host.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { areaRows } from "./eie-area.ts";
import { energyRows } from "./eie-energy.ts";
import { type DrawnLayer, drawLayer, type PaperLayer, paperLayers, type Sparsity, tilingOf } from "./eie-layers.ts";
import { paddingRows } from "./eie-padding.ts";
import { precisionFigure } from "./eie-precision.ts";
import { eieFigures } from "./eie-sweeps.ts";
import { timingRows } from "./eie-timing.ts";
import type { Figure } from "./page.ts";
import type { BenchRow } from "./row.ts";

const seed = 2;
/** Cycles of a layer that no work fills: where it begins and ends, once a tile, and where results are written. */
const mostFill = 80;
/** Seeds over which the cycle model takes a mean. */
const seeds = [1, 2, 3, 4, 5];

/**
 * The nine layers of EIE's evaluation (section VI, tables III and IV) on the preset `paper` in Verilator, every result compared
 * with the golden model and every cycle count with the cycle model. `sparsity` is that of the layers that the hardware computes.
 */
export async function benchEie(
  log: (line: string) => void,
  { figures, sparsity = "random" }: { readonly figures: boolean; readonly sparsity?: Sparsity | undefined },
): Promise<{ rows: BenchRow[]; figures: Figure[] }> {
  const { parameters } = resolveParameters(eieSpec, { preset: "paper" });
  const simulation = await startGenerator(eieGenerator, parameters, "verilator", { timeoutMs: 600_000, log });
  const rows: BenchRow[] = [];
  try {
    for (const layer of paperLayers) rows.push(...(await layerRows(simulation, parameters, { layer, sparsity }, log)));
  } finally {
    await simulation.close();
  }
  rows.push(...(await areaRows(log)), ...(await timingRows(log)));
  return { rows, figures: figures ? [...eieFigures(parameters, seed, log), precisionFigure(log)] : [] };
}

async function layerRows(
  simulation: Simulation,
  parameters: EieParameters,
  { layer, sparsity }: { readonly layer: PaperLayer; readonly sparsity: Sparsity },
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const started = performance.now();
  const drawn = drawLayer(layer, parameters, { seed, sparsity });
  const { cycles, ioCycles, entries } = await measured(simulation, parameters, drawn);
  const { theoretical, actual, name, bar } = layer;
  const work = workOf(parameters, drawn);
  const balance = entries / (parameters.pes * cycles);
  const mean =
    seeds.reduce(
      (sum, each) => sum + tiledCyclesOf(parameters, drawLayer(layer, parameters, { seed: each, sparsity })),
      0,
    ) / seeds.length;
  const deep = { ...parameters, queueDepth: 32 };
  const published = tiledCyclesOf(
    parameters,
    drawLayer(layer, parameters, { seed, sparsity, density: layer.published }),
  );
  const clustered = tiledCyclesOf(parameters, drawLayer(layer, parameters, { seed, sparsity: "clustered" }));
  log(`${name}: ${cycles} cycles, ${entries} entries, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const value = (what: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => ({
    what: `${name}/${what}`,
    value,
    unit,
    ...more,
  });
  const against = (value: number, reference: number) => ({ reference, ratio: value / reference });
  const overBound = (what: string, taken: number, { fill, bound }: Work, most: number) => {
    const ratio = (taken - fill) / bound;
    return [value(what, ratio, "times", { bar: most, met: ratio <= most })];
  };
  return [
    value("cycles", cycles, "cycles", { ...against(cycles, actual), bar: actual, met: cycles <= actual }),
    value("load-balance", balance, "share", {
      ...against(balance, theoretical / actual),
      bar,
      met: balance >= bar,
    }),
    value("theoretical-cycles", work.mean, "cycles", against(work.mean, theoretical)),
    ...overBound("cycles-over-bound", cycles, work, name === "nt-we" ? 1.22 : 1.06),
    ...overBound(
      "cycles-over-bound-depth32",
      tiledCyclesOf(deep, drawn),
      workOf(deep, drawn),
      name === "nt-we" ? 1.05 : 1.01,
    ),
    value("fill", work.fill, "cycles", { bar: mostFill, met: work.fill <= mostFill }),
    value("load-and-read-cycles", ioCycles, "cycles"),
    value("cycles-mean", mean, "cycles", against(mean, actual)),
    value("cycles-published-density", published, "cycles", against(published, actual)),
    value("cycles-clustered", clustered, "cycles", against(clustered, actual)),
    ...energyRows(parameters, layer, drawn),
    ...paddingRows(parameters, layer, seed),
  ];
}

interface Measured {
  readonly cycles: number;
  readonly ioCycles: number;
  readonly entries: number;
}

/** A layer on the RTL; throws where it differs from the golden model or the cycle model. */
async function measured(simulation: Simulation, parameters: EieParameters, layer: DrawnLayer): Promise<Measured> {
  const tiling = tilingOf(parameters, layer);
  const { y, cycles, ioCycles } = await driveTiles(simulation, new EieHost(parameters), layer, tiling, layer.x);
  const golden = goldenLayer(parameters, layer, layer.x);
  const wrong = golden.findIndex((value, i) => value !== y[i]);
  if (wrong >= 0)
    throw new Error(`eie differs from its golden model at output ${wrong}: ${y[wrong]}, ${golden[wrong]}`);
  const predicted = tiledCycles(parameters, tiling, layer.x);
  if (predicted.cycles !== cycles) throw new Error(`eie took ${cycles} cycles, ${predicted.cycles} were predicted`);
  return { cycles, ioCycles, entries: predicted.entries };
}

function tiledCyclesOf(parameters: EieParameters, layer: DrawnLayer): number {
  return tiledCycles(parameters, tilingOf(parameters, layer), layer.x).cycles;
}

/** What no array can go below: entries on nonzero columns, on the mean and on the fullest PE, and broadcasts; by tiles. */
interface Work {
  readonly mean: number;
  readonly bound: number;
  readonly fill: number;
}

function workOf(parameters: EieParameters, layer: DrawnLayer): Work {
  const { pes } = parameters;
  const { loads } = tilingOf(parameters, layer);
  let [mean, bound] = [0, 0];
  for (const tile of loads.flatMap(({ tiles }) => tiles)) {
    const { cols } = tile.matrix;
    const own = layer.x.slice(tile.firstCol, tile.firstCol + cols);
    const perPe = encodeCsc(tile.matrix, { ...parameters, rotations: tile.rotations }).map(({ pointers }) =>
      own.reduce((sum, value, col) => (value === 0 ? sum : sum + pointers[col + 1] - pointers[col]), 0),
    );
    mean += perPe.reduce((sum, count) => sum + count, 0) / pes;
    bound += Math.max(...perPe, own.filter((value) => value !== 0).length);
  }
  return { mean, bound, fill: loads.reduce((sum, { tiles }) => sum + fillOf(parameters, tiles), 0) };
}

/**
 * Cycles of tiles back to back in which no PE can issue an entry: where they begin and end, and while results are written. What they take in all if
 * every PE has nothing but so many entries of the first column, without these.
 */
function fillOf(parameters: EieParameters, tiles: readonly Tile[]): number {
  const entries = 1000;
  const layers = tiles.map(({ matrix, hold, sourceRow, resultRow }) => {
    const counts = new Uint32Array(parameters.pes).fill(entries);
    return { counts, activations: [1], bias: false, outputs: hold ? 0 : matrix.rows, sourceRow, resultRow };
  });
  return countedCycles(parameters, layers).reduce((sum, { cycles }) => sum + cycles - entries, 0);
}
