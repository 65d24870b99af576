import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { eie } from "../generators/eie/eie.ts";
import { lnzdTree } from "../generators/lnzd/lnzd-tree.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { type EieParameters, eieSpec, vectorRows } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { type SynthesisRequest, synthesize } from "../synth/synthesize.ts";
import type { BenchRow } from "./row.ts";

/** Logic of a PE without SRAM, of its units, and of a node of four values; table II and section VI, square micrometres. */
const paperArea = { pe: 19_277, activationQueue: 758, arithmetic: 3_110, node: 189 };

/** What the logic of a PE takes in the paper without its SRAM, square micrometres. */
export const paperPeLogic = paperArea.pe;

/** Fewer bits than those of 64 accumulators of 16 in one bank, but more than codebook and queue have. */
const otherRegisterBits = 64 * 16 - 1;

/** Units with their SRAM, and a PE with all of it but without filler cells; table II, square micrometres. */
const paperWithSram = { "pointer-read": 121_849, "matrix-read": 469_412, "accumulators-and-activations": 18_934 };
const paperPe = 638_024 - 23_961;

/**
 * Square micrometres of the SRAMs of a PE: a bit takes what it takes on average in the paper, 594,786 um2 (table II) over 162 KB
 * (section VI). So only how many bits there are differs from the paper.
 */
export function sramAreas(p: EieParameters) {
  const perBit = 594_786 / (162 * 1024 * 8);
  return {
    "pointer-read": perBit * p.columnDepth * Math.ceil(Math.log2(p.entryDepth + 1)),
    "matrix-read": perBit * p.entryDepth * (p.weightBits + p.indexBits),
    "accumulators-and-activations": perBit * vectorRows(p) * p.activationBits,
  };
}

/**
 * Area of a PE's logic in the Nangate45 library, unit by unit; memories of more than 2,048 bits are SRAM and stay out. Where
 * there is no such library, no rows, and the log says so.
 */
export async function areaRows(log: (line: string) => void): Promise<BenchRow[]> {
  const library = libraryFile();
  if (library === undefined) {
    log("no area: no Liberty file of Nangate45; name one in WHITTLE_NANGATE45");
    return [];
  }
  const area = async (
    verilog: string,
    module: string,
    how: Pick<SynthesisRequest, "smallest" | "sramAboveBits"> = {},
  ) => {
    const { areaUm2 } = await synthesize({ verilog, top: module, target: library, ...how, log });
    if (areaUm2 === undefined) throw new Error(`synthesis for ${library} reports no area of ${module}`);
    return areaUm2;
  };
  const ofPreset = (...sets: string[]) => resolveParameters(eieSpec, { preset: "paper", sets }).parameters;
  const paper = verilogOf(ofPreset());
  // The same arithmetic in accumulators of 40 bits, the default.
  const accumulator40 = ["accWidth=40", "productShift=0", "dropBits=12"];
  const wide = verilogOf(ofPreset(...accumulator40));
  const row = (what: string, value: number, reference?: number, bar?: number, figure = "area-um2"): BenchRow => ({
    what: `${what}/nangate45/${figure}`,
    value,
    unit: "um2",
    ...(reference === undefined ? {} : { reference, ratio: value / reference }),
    ...(bar === undefined ? {} : { bar, met: value <= bar }),
  });
  const logic = await area(paper.text, "eie_pe");
  // What balances the rows of PEs stands beside them, once for each bank.
  const { activationBanks, pes } = ofPreset();
  const rotation = ((await area(paper.text, "eie_rotate")) * activationBanks) / pes;
  const rows = [
    row("pe", logic, paperArea.pe, paperArea.pe),
    row("pe+rotation", logic + rotation, paperArea.pe, paperArea.pe),
    row("pe/rotation", rotation),
  ];
  const units: readonly (readonly [string, string, number?])[] = [
    ["activation-queue", paper.queue, paperArea.activationQueue],
    ["pointer-read", "eie_pointer_read"],
    ["matrix-read", "eie_matrix_read"],
    ["decode", "eie_decode"],
    ["arithmetic-and-accumulators", "eie_arithmetic"],
    ["activations", "eie_activations"],
  ];
  const logicOf = new Map<string, number>();
  for (const [name, module, reference] of units) {
    const ofUnit = await area(paper.text, module);
    logicOf.set(name, ofUnit);
    rows.push(row(`pe/${name}`, ofUnit, reference));
  }
  // Both widths the same way: accumulators in one bank left out as SRAM, with all else as it is.
  const withoutAccumulators = (module: string, ...sets: string[]) =>
    area(verilogOf(ofPreset("activationBanks=1", ...sets)).text, module, { sramAboveBits: otherRegisterBits });
  // As table II divides them: the accumulators belong to reading and writing of activations, the codebook to arithmetic.
  const arithmetic = await withoutAccumulators("eie_arithmetic");
  const of = (name: string) => logicOf.get(name) ?? 0;
  rows.push(row("pe/decode-and-arithmetic", of("decode") + arithmetic, paperArea.arithmetic));
  logicOf.set("accumulators-and-activations", of("arithmetic-and-accumulators") - arithmetic + of("activations"));
  const sram = sramAreas(ofPreset());
  for (const [name, reference] of Object.entries(paperWithSram))
    rows.push(row(`pe/${name}+sram`, of(name) + sram[name as keyof typeof sram], reference));
  rows.push(row("pe+sram", logic + Object.values(sram).reduce((sum, each) => sum + each), paperPe));
  rows.push(row("pe-accumulator40", await area(wide.text, "eie_pe")));
  rows.push(row("pe-without-accumulators", await withoutAccumulators("eie_pe")));
  rows.push(row("pe-accumulator40-without-accumulators", await withoutAccumulators("eie_pe", ...accumulator40)));
  const node = emitVerilog(elaborate(lnzdTree, { leaves: 4, width: 16, radices: [4], levelsPerStage: 0 }));
  rows.push(row("lnzd-node", await area(node.text, node.top), paperArea.node, 85));
  rows.push(
    row("lnzd-node", await area(node.text, node.top, { smallest: true }), paperArea.node, 85, "area-smallest-um2"),
  );
  return rows;
}

/** The array in Verilog, and the module of its queues. */
export function verilogOf(parameters: EieParameters): { text: string; queue: string } {
  const { text, modules } = emitVerilog(elaborate(eie, parameters));
  const queue = modules.find(({ name }) => name.startsWith("fifo"));
  if (!queue) throw new Error("the array has no queue");
  return { text, queue: queue.name };
}

/** The library that the environment names, or the one in a folder `shared` beside the checkout. */
export function libraryFile(): string | undefined {
  const beside = fileURLToPath(new URL("../../../shared/pdk/nangate45_typ.lib.gz", import.meta.url));
  return [process.env.WHITTLE_NANGATE45, beside].find((path) => path !== undefined && existsSync(path));
}
