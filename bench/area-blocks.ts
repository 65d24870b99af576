import { lfsr } from "../generators/common/lfsr.ts";
import { lnzd } from "../generators/lnzd/lnzd.ts";
import {
  type PopcountParameters,
  pipelinedPopcount,
  pipelinedXnorPopcount,
  popcountLatency,
  popcountModule,
  structureFor,
  xnorPopcountModule,
} from "../generators/popcount/popcount.ts";
import { srmac } from "../generators/srmac/srmac.ts";
import { bit, type Circuit, defineModule, elaborate, fifo, input, output, registerFifo, uint } from "../hdl/index.ts";
import type { MacRounding } from "../sw-model/format/fixed.ts";
import { lfsrMasks } from "../sw-model/format/lfsr.ts";
import { lnzdSpec } from "../sw-model/lnzd/spec.ts";
import { type SrmacParameters, srmacSpec } from "../sw-model/srmac/spec.ts";

export const areaTargets = ["xc7", "ice40", "gates"] as const;
export type AreaTarget = (typeof areaTargets)[number];

/** A figure of a synthesis report, by the last part of its row's name. */
export type AreaFigure = "lut" | "lut-structural" | "lut-sites" | "cells" | "depth" | "ff" | "dsp" | "lutram" | "bram";

/** A block whose area is compared with the best that is known of its peers. */
export interface AreaBlock {
  readonly name: string;
  /** The module, with the parameters that suit the target. */
  readonly circuit: (target: AreaTarget) => Circuit;
  /** Of a pipeline: edges from what goes in to what comes of it. */
  readonly latency?: (target: AreaTarget) => number;
  /** Which figures are printed for a target, each with the bar that it must not exceed, or without one. */
  readonly rows: { readonly [target in AreaTarget]?: { readonly [figure in AreaFigure]?: number | undefined } };
}

const popcount = (bits: number, rows: AreaBlock["rows"]): AreaBlock => ({
  name: `popcount-${bits}`,
  circuit: (target) => elaborate(popcountModule, { bits, structure: structureFor[target] }),
  rows,
});

const xnorDot = (bits: number, rows: AreaBlock["rows"]): AreaBlock => ({
  name: `xnordot-${bits}`,
  circuit: (target) => elaborate(xnorPopcountModule, { bits, structure: structureFor[target] }),
  rows,
});

/** The same by instances of LUT6_2; at most 1.13 of them a lane. */
const structuralXnorDot = (bits: number): AreaBlock => ({
  name: `xnordot-${bits}`,
  circuit: () => elaborate(xnorPopcountModule, { bits, structure: "dual-tables" }),
  rows: { xc7: { "lut-structural": Math.floor(1.13 * bits) } },
});

/** Counters between two registers of the pipelines. */
const levels = 2;

/** The figures of a pipeline: no peer's is at hand. */
const pipelineRows: AreaBlock["rows"] = {
  xc7: { lut: undefined, lutram: undefined, ff: undefined },
  ice40: { lut: undefined, ff: undefined },
  gates: { cells: undefined, depth: undefined, ff: undefined },
};

const pipelinedCount = (bits: number): AreaBlock => {
  const parameters = (target: AreaTarget): PopcountParameters => ({ bits, levels, structure: structureFor[target] });
  return {
    name: `popcount-${bits}-pipelined`,
    circuit: (target) => elaborate(pipelinedPopcount, parameters(target)),
    latency: (target) => popcountLatency(parameters(target)),
    rows: pipelineRows,
  };
};

const pipelinedXnorDot = (bits: number): AreaBlock => {
  const parameters = (target: AreaTarget): PopcountParameters => ({ bits, levels, structure: structureFor[target] });
  return {
    name: `xnordot-${bits}-pipelined`,
    circuit: (target) => elaborate(pipelinedXnorPopcount, parameters(target)),
    latency: (target) => popcountLatency(parameters(target), 2),
    rows: pipelineRows,
  };
};

/** By instances of LUT6_2; as many of them as without registers, and a few tables as shift registers, which take sites, too. */
const structuralPipelinedXnorDot = (bits: number): AreaBlock => {
  const parameters: PopcountParameters = { bits, levels, structure: "dual-tables" };
  return {
    name: `xnordot-${bits}-pipelined-structural`,
    circuit: () => elaborate(pipelinedXnorPopcount, parameters),
    latency: () => popcountLatency(parameters, 2),
    rows: { xc7: { lut: undefined, lutram: undefined, "lut-sites": Math.floor(1.13 * bits), ff: undefined } },
  };
};

/** Index of the first one of some bits, by the mix of nodes that suits the target. */
function leadingNonzero(inputs: number, rows: AreaBlock["rows"], smallest = false): AreaBlock {
  const parameters = { ...lnzdSpec.schema.parse({}), inputs, width: 1, value: false };
  return {
    name: `lnzd-${inputs}${smallest ? "-small" : ""}`,
    circuit: (target) =>
      elaborate(lnzd, { ...parameters, structure: smallest && target === "gates" ? "gates-small" : target }),
    rows,
  };
}

/** A free-running LFSR: reset and enable, no seed to load. */
const freeLfsr = defineModule("lfsr_free", ({ width, stepsPerDraw }: { width: number; stepsPerDraw: number }) => ({
  ports: { draw: input(bit), value: output(uint(width)) },
  build({ draw, value }, m) {
    const parameters = { width, mask: lfsrMasks[width], stepsPerDraw };
    value.set(m.inst("generator", lfsr, parameters, { load: false, seed: 0, draw }).value);
  },
}));

function lfsrOf(width: number): AreaBlock {
  return {
    name: `lfsr-${width}`,
    circuit: () => elaborate(freeLfsr, { width, stepsPerDraw: 1 }),
    rows: { xc7: { lut: 3, ff: width }, ice40: { lut: 4, ff: width }, gates: { cells: 13, depth: 3 } },
  };
}

/** Sixteen fresh bits a clock: the state of 16 bits moves on by 16 steps at once. */
const freshBits: AreaBlock = {
  name: "lfsr-16-fresh",
  circuit: () => elaborate(freeLfsr, { width: 16, stepsPerDraw: 16 }),
  rows: { xc7: { lut: 32, ff: 16 }, ice40: { lut: 35 }, gates: { cells: 342, depth: 11 } },
};

/** The whole unit: its streams and, where it draws, the way in for a seed are counted. */
function roundingMac(
  name: string,
  formats: Partial<SrmacParameters> & { readonly rounding: MacRounding },
  rows: AreaBlock["rows"],
): AreaBlock {
  const parameters = srmacSpec.schema.parse(formats);
  return {
    name,
    circuit: (target) => elaborate(srmac, { ...parameters, structure: target === "gates" ? "logic" : target }),
    rows,
  };
}

export const areaBlocks: readonly AreaBlock[] = [
  leadingNonzero(4, { xc7: { lut: 3 }, ice40: { lut: 3 }, gates: { cells: 12, depth: 4 } }),
  leadingNonzero(16, { xc7: { lut: 13 }, ice40: { lut: 16 }, gates: { cells: 71, depth: 13 } }),
  leadingNonzero(64, { xc7: { lut: 62 }, ice40: { lut: 79 }, gates: { cells: 331, depth: 21 } }),
  leadingNonzero(64, { gates: { cells: 315, depth: 65 } }, true),
  leadingNonzero(256, { xc7: { lut: 260 }, ice40: { lut: 338 }, gates: { cells: 1380, depth: 26 } }),
  popcount(32, { xc7: { lut: 31 }, ice40: { lut: 53 }, gates: { cells: 318, depth: undefined } }),
  popcount(64, { xc7: { lut: 73 }, ice40: { lut: 116 }, gates: { cells: 682, depth: undefined } }),
  popcount(128, { xc7: { lut: 175 }, ice40: { lut: 241 }, gates: { cells: 1418, depth: undefined } }),
  popcount(256, { xc7: { lut: 343 }, ice40: { lut: 511 }, gates: { cells: 2874, depth: undefined } }),
  xnorDot(64, { xc7: { lut: 121 }, ice40: { lut: 152 }, gates: { cells: 1113, depth: 57 } }),
  // In plain Verilog at most 1.42 tables a lane.
  xnorDot(256, { xc7: { lut: Math.floor(1.42 * 256) }, ice40: { lut: 639 }, gates: { cells: 4600, depth: 77 } }),
  xnorDot(1024, { xc7: { lut: Math.floor(1.42 * 1024) } }),
  structuralXnorDot(256),
  structuralXnorDot(1024),
  pipelinedCount(64),
  pipelinedCount(256),
  pipelinedXnorDot(64),
  pipelinedXnorDot(256),
  structuralPipelinedXnorDot(256),
  structuralPipelinedXnorDot(1024),
  lfsrOf(16),
  lfsrOf(32),
  freshBits,
  roundingMac(
    "srmac",
    { rounding: "stochastic" },
    {
      xc7: { lut: 46, ff: 32, dsp: 1 },
      ice40: { lut: 155, dsp: 1 },
      gates: { cells: 4367, depth: undefined },
    },
  ),
  roundingMac(
    "srmac-nearest",
    { rounding: "nearest" },
    {
      xc7: { lut: 28, ff: 16, dsp: 1 },
      ice40: { lut: 152, dsp: 1 },
      gates: { cells: 4196, depth: undefined },
    },
  ),
  // Beside the processing element of Gemmini with its rounding; docs/bench.md says what differs.
  roundingMac(
    "srmac-int8",
    { width: 8, accWidth: 32, dropBits: 8, outWidth: 8, rounding: "nearest-even" },
    {
      xc7: { lut: 409, ff: 65, dsp: 1 },
      ice40: { lut: 571, dsp: 1 },
      gates: { cells: 3631, depth: 104 },
    },
  ),
  {
    name: "fifo-8x16",
    // In gates both are registers.
    circuit: (target) => elaborate(target === "gates" ? registerFifo : fifo, { depth: 8, width: 16 }),
    rows: {
      xc7: { lut: 8, lutram: 12, ff: 13 },
      ice40: { lut: 37, bram: undefined },
      gates: { cells: 409, depth: 11 },
    },
  },
];
