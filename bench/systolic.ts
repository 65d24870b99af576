import { startGenerator } from "../catalog/execute.ts";
import { systolicGenerator } from "../catalog/systolic.ts";
import { matmul } from "../generators/matmul/matmul.ts";
import { systolic } from "../generators/systolic/systolic.ts";
import { elaborate } from "../hdl/index.ts";
import type { MacRounding } from "../sw-model/format/fixed.ts";
import { matmulSpec } from "../sw-model/matmul/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import type { MacStructure } from "../sw-model/srmac/spec.ts";
import { goldenSystolic } from "../sw-model/systolic/golden.ts";
import { systolicSpec } from "../sw-model/systolic/spec.ts";
import { compareDeep } from "../testbench/compare.ts";
import { areaByHierarchy } from "./by-hierarchy.ts";
import type { BenchRow } from "./row.ts";

/** Rows and columns of the paper's array. */
const size = 28;
/** Rows and columns of the product: both divide. */
const outside = 560;

const parts = [
  { name: "systolic_column", instances: size },
  { name: "systolic_pe", instances: size ** 2 },
];

/** Share of the clocks in which the multiply-accumulates work, by the inner dimension, and what it must reach. */
const busyBars: readonly (readonly [inner: number, bar: number])[] = [
  [512, 0.99],
  [64, 0.99],
  [28, 0.98],
];

/** Sizes m, inner and n that do not divide, of so many tiles that filling and draining take less than a hundredth. */
const unevenSizes: readonly (readonly [m: number, inner: number, n: number])[] = [
  [113, 512, 113],
  [200, 64, 300],
];

const parametersOf = (rounding: MacRounding, structure: MacStructure) =>
  resolveParameters(systolicSpec, {
    sets: [`rows=${size}`, `cols=${size}`, `structure=${structure}`, `rounding=${rounding}`],
  }).parameters;

/** The array of 28 x 28 multiply-accumulates of Gupta et al. 2015, section 5, with a DSP block for each column's rounding. */
export async function systolicRows(log: (line: string) => void): Promise<BenchRow[]> {
  return [...(await busyRows(log)), ...(await areaRows(log))];
}

/** The whole product through the RTL in the in-process simulator, counted from the first operands in to the last result out. */
async function busyRows(log: (line: string) => void): Promise<BenchRow[]> {
  const parameters = parametersOf("stochastic", "dsp48e1");
  const random = new Random(28);
  const matrix = (rows: number, cols: number) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: cols }, () => Math.floor(random.uniform() * 2 ** 16) - 2 ** 15),
    );
  const simulation = await startGenerator(systolicGenerator, { ...parameters }, "wasm");
  const rows: BenchRow[] = [];
  try {
    /** Clocks of a product whose result is right. */
    const clocksOf = async (m: number, inner: number, n: number) => {
      log(`${m} x ${inner} by ${inner} x ${n} on an array of ${size} x ${size}`);
      const operation = { a: matrix(m, inner), b: matrix(inner, n), seed: 1 };
      const { result, cycles } = await systolicGenerator.drive(simulation, parameters, operation);
      const { first } = compareDeep(goldenSystolic(parameters, operation), result);
      if (first) throw new Error(`the array differs from the golden model at ${first.path}`);
      return cycles;
    };
    for (const [inner, bar] of busyBars) {
      const value = (outside ** 2 * inner) / (size ** 2 * (await clocksOf(outside, inner, outside)));
      rows.push({ what: `systolic28/busy-${inner}`, value, unit: "share of clocks", bar, met: value >= bar });
      const peak = 2 * size ** 2;
      rows.push({
        what: `systolic28/operations-${inner}`,
        value: peak * value,
        unit: "operations a clock",
        reference: peak,
        ratio: value,
      });
    }
    for (const [m, inner, n] of unevenSizes) {
      const reached = (m * inner * n) / (size ** 2 * (await clocksOf(m, inner, n)));
      const edges = [m, n].reduce((product, length) => product * (length / (Math.ceil(length / size) * size)), 1);
      const value = reached / edges;
      const what = `systolic28/uneven-${m}-${inner}-${n}`;
      rows.push({
        what,
        value,
        unit: "share of what the edges leave",
        reference: edges,
        bar: 0.99,
        met: value >= 0.99,
      });
    }
  } finally {
    await simulation.close();
  }
  return rows;
}

async function areaRows(log: (line: string) => void): Promise<BenchRow[]> {
  const areaOf = (rounding: MacRounding, structure: MacStructure, target: string) =>
    areaByHierarchy(elaborate(systolic, parametersOf(rounding, structure)), parts, target, log);
  const stochastic = await areaOf("stochastic", "dsp48e1", "xc7");
  const truncating = await areaOf("truncate", "dsp48e1", "xc7");
  // It has no blocks for rounding, and nothing for the bits that are dropped.
  const smallest = await areaOf("truncate", "xc7", "xc7");
  const [gates, gatesTruncating] = [
    await areaOf("stochastic", "ice40", "gates"),
    await areaOf("truncate", "ice40", "gates"),
  ];
  const most = (what: string, value: number, unit: string, bar: number): BenchRow => ({
    ...{ what: `systolic28/${what}`, value, unit, bar },
    met: value <= bar,
  });
  const overhead = (what: string, value: number, reference: number): BenchRow => ({
    ...most(`overhead-${what}`, value / reference - 1, "share more than truncating", 0.02),
    reference,
  });
  return [
    most("dsp", stochastic.dsp, "DSP block", size ** 2 + size),
    most("lut", stochastic.lut, "LUT", 40_000),
    most("ff", stochastic.ff, "FF", 65_000),
    { what: "systolic28/lutram", value: stochastic.lutram, unit: "LUT as RAM" },
    ...(await engineRows(log)),
    overhead("lut", stochastic.lut, truncating.lut),
    overhead("ff", stochastic.ff, truncating.ff),
    overhead("gates", gates.nand2, gatesTruncating.nand2),
    ...(["lut", "ff", "dsp"] as const).map((what) => ({
      what: `systolic28/over-smallest-${what}`,
      value: stochastic[what] / smallest[what] - 1,
      unit: "share more than the smallest truncating array",
      reference: smallest[what],
    })),
  ];
}

/** The array with buffers, AXI streams and registers; the paper's figures have a memory controller besides. */
async function engineRows(log: (line: string) => void): Promise<BenchRow[]> {
  const { parameters } = resolveParameters(matmulSpec, { preset: "paper" });
  const area = await areaByHierarchy(elaborate(matmul, parameters), parts, "xc7", log);
  return [
    { what: "matmul28/lut", value: area.lut, unit: "LUT", bar: 62_922, met: area.lut <= 62_922 },
    { what: "matmul28/ff", value: area.ff, unit: "FF", bar: 146_510, met: area.ff <= 146_510 },
    { what: "matmul28/bram", value: area.bram, unit: "block RAM" },
  ];
}
