import { bnnGenerator } from "../catalog/bnn.ts";
import { startGenerator } from "../catalog/execute.ts";
import { bnn } from "../generators/bnn/bnn.ts";
import { structureOf } from "../generators/xnor/geometry.ts";
import { scaler } from "../generators/xnor/scales.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { packBits } from "../sw-model/binary/bits.ts";
import { initiationInterval } from "../sw-model/bnn/cycles.ts";
import { fitBnn } from "../sw-model/bnn/fit.ts";
import { fold } from "../sw-model/bnn/fold.ts";
import type { BnnOperation } from "../sw-model/bnn/golden.ts";
import { type BnnParameters, bnnSpec } from "../sw-model/bnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import type { MatrixShape } from "../sw-model/xnor/folding.ts";
import type { SynthesisReport } from "../synth/report.ts";
import { synthesize } from "../synth/synthesize.ts";
import { streamBnn } from "../testbench/drivers/bnn.ts";
import type { BenchRow } from "./row.ts";

/** FINN's prototypes (Umuroglu et al., FPGA 2017, table 3): what they are, how fast, and how large after place and route. */
const prototypes = [
  { name: "sfc-max", hidden: 256, imagesPerSecond: 12.361e6, lut: 91_131, bram: 4.5 },
  { name: "lfc-max", hidden: 1024, imagesPerSecond: 1.561e6, lut: 82_988, bram: 396 },
] as const;

/** Theirs, and assumed for ours, which nothing has placed and routed. */
const clock = 200e6;

const layersOf = (hidden: number): MatrixShape[] =>
  [784, hidden, hidden, hidden].map((cols, i) => ({ rows: i === 3 ? 10 : hidden, cols }));

/** Throughput for area beside FINN's, cycles an image beside the computed interval, and what scaling costs. */
export async function pipelineRows(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const prototype of prototypes) rows.push(...(await prototypeRows(prototype, log)));
  return [...rows, await intervalRow(), ...(await scalerRows(log))];
}

async function prototypeRows(
  { name, hidden, imagesPerSecond, lut, bram }: (typeof prototypes)[number],
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const layers = layersOf(hidden);
  // As many cycles an image as they took, rounded down: at least as fast.
  const chosen = fold(layers, { interval: Math.floor(clock / imagesPerSecond) });
  const parameters = pipeline(layers, chosen);
  const { text: verilog, top } = emitVerilog(elaborate(bnn, parameters));
  const report = await synthesize({ verilog, top, target: "xc7", hierarchical: true, log });
  const ours = tables(report);
  const lanes = chosen.pes.reduce((sum, pes, i) => sum + pes * chosen.lanes[i], 0);
  const operations = 2 * layers.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const rate = clock / chosen.interval;
  log(`${name}: pes ${chosen.pes}, lanes ${chosen.lanes}, an image every ${chosen.interval} cycles`);
  const row = (what: string, unit: string, value: number, reference: number): BenchRow => ({
    what: `${name}/${what}`,
    value,
    unit,
    reference,
    ratio: value / reference,
  });
  const theirLanes = ((operations / 2) * imagesPerSecond) / clock;
  return [
    row("images-per-second", "1/s", rate, imagesPerSecond),
    row("xc7/lut", "LUT, those used as memory too", ours, lut),
    row("xc7/bram", "block RAM", report.bram ?? 0, bram),
    { what: `${name}/xc7/lutram`, value: report.lutram ?? 0, unit: "LUT as memory" },
    { what: `${name}/xc7/ff`, value: report.ff, unit: "FF" },
    row("images-per-second-per-lut", "1/s/LUT", rate / ours, imagesPerSecond / lut),
    row(
      "gops-per-lut",
      "1e9 binary operations/s/LUT",
      (rate * operations) / ours / 1e9,
      (imagesPerSecond * operations) / lut / 1e9,
    ),
    row("lut-per-lane", "LUT", ours / lanes, lut / theirLanes),
  ];
}

function pipeline(layers: readonly MatrixShape[], { pes, lanes }: Pick<BnnParameters, "pes" | "lanes">): BnnParameters {
  const smallest = ["weightDepth=1", "rowDepth=1", "inputDepth=4"];
  const sets = [`pes=${pes}`, `lanes=${lanes}`, ...smallest, "results=dots", "structure=dual-tables"];
  const { parameters } = resolveParameters(bnnSpec, { sets });
  return fitBnn(parameters, new Set(["pes", "lanes"]), layers);
}

const tables = ({ lut = 0, lutram = 0 }: SynthesisReport) => lut + lutram;

/** Cycles an image of the preset `sfc` in the in-process simulator, once the pipeline is full. */
async function intervalRow(): Promise<BenchRow> {
  const layers = layersOf(256);
  const { parameters } = resolveParameters(bnnSpec, { preset: "sfc" });
  const simulation = await startGenerator(bnnGenerator, { ...parameters }, "wasm");
  try {
    const cycles = async (images: number) => (await streamBnn(simulation, parameters, network(layers, images))).cycles;
    const value = ((await cycles(60)) - (await cycles(20))) / 40;
    const reference = initiationInterval(parameters, layers);
    return {
      what: "sfc/cycles-per-image",
      value,
      unit: "cycle",
      reference,
      ratio: value / reference,
      bar: reference,
      met: value <= reference,
    };
  } finally {
    await simulation.close();
  }
}

/** Any weights and images: what is in the data makes no difference to the cycles. */
function network(layers: readonly MatrixShape[], images: number): BnnOperation {
  const bits = (rows: number, cols: number) =>
    packBits(
      Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (_, c) => ((r * 7 + c * 3) % 5) % 2)),
      cols,
    );
  return {
    layers: layers.map(({ rows, cols }, i) => {
      const thresholds = Array.from({ length: rows }, () => ({ t: Math.floor(cols / 2), flip: false }));
      return { weights: bits(rows, cols), ...(i < layers.length - 1 ? { thresholds } : {}) };
    }),
    inputs: bits(images, layers[0].cols),
  };
}

/** The unit that scales a dot product of 256 columns by 8 bits and adds 16: by a shift, beside a multiplier. */
async function scalerRows(log: (line: string) => void): Promise<BenchRow[]> {
  const area = async (kind: "shift" | "multiply", target: string) => {
    const scale = { kind, factorBits: 8, offsetBits: 16 };
    const { structure, popcountLevels } = bnnSpec.schema.parse({});
    const array = {
      lanes: 16,
      weightDepth: 16,
      rowDepth: 1,
      inputDepth: 32,
      structure: structureOf(structure),
      popcountLevels,
      inputBits: 1,
      scale,
    };
    const { text: verilog, top } = emitVerilog(elaborate(scaler, array));
    return await synthesize({ verilog, top, target, log });
  };
  const rows: BenchRow[] = [];
  for (const [target, figure, unit] of [
    ["gates", "nand2", "NAND, NOT"],
    ["ice40", "lut", "LUT4"],
    ["xc7", "lut", "LUT"],
  ] as const) {
    const [shift, multiply] = [await area("shift", target), await area("multiply", target)];
    const [value, reference] = [shift[figure] ?? 0, multiply[figure] ?? 0];
    const what = `scaler/${target}/${figure === "lut" ? "lut" : "cells"}`;
    // A multiplier block leaves no table to compare with.
    rows.push({ what, value, unit, reference, ...(reference > 0 ? { ratio: value / reference } : {}) });
    if (target !== "gates") {
      rows.push({
        what: `scaler/${target}/dsp`,
        value: shift.dsp ?? 0,
        unit: "multiplier block",
        reference: multiply.dsp ?? 0,
      });
    }
  }
  return rows;
}
