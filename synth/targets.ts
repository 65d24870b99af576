import { basename } from "node:path";
import { nearestNames, UserError } from "../sw-model/errors.ts";
import { type Library, readLibrary } from "./library.ts";

/** How the cells of an FPGA family count: a pattern or, where a cell counts for several, a weight by name. */
export interface FpgaCells {
  readonly lut: RegExp;
  readonly ff: RegExp;
  readonly carry: RegExp;
  readonly dsp: RegExp;
  readonly bram: Readonly<Record<string, number>>;
  readonly lutram: Readonly<Record<string, number>>;
}

/** An FPGA family: the pass that maps to it, and its cells. */
export interface FpgaTarget {
  readonly kind: "fpga";
  readonly name: string;
  readonly pass: string;
  /** Yosys' models of the family's cells, which a design may instantiate by name. */
  readonly library?: string;
  /** The technology that `stat` knows an estimate of logic cells for. */
  readonly statTechnology?: string;
  /** Patterns of cells at which paths begin and end: registers, memories, multiplier blocks. */
  readonly sequential: readonly string[];
  readonly cells: FpgaCells;
}

/** Two-input NANDs and inverters. */
export interface GatesTarget {
  readonly kind: "gates";
  readonly name: "gates";
}

/** A standard-cell library. */
export interface LibertyTarget {
  readonly kind: "liberty";
  readonly name: string;
  readonly library: Library;
}

export type Target = FpgaTarget | GatesTarget | LibertyTarget;

const xilinxSequential = ["FD*", "RAM*", "SRL*", "DSP*"];

const xilinxCells: FpgaCells = {
  lut: /^LUT[1-6](_2)?$/,
  ff: /^FD[RSCP]E(_1)?$/,
  carry: /^CARRY[48]$/,
  dsp: /^DSP48E[12]$/,
  bram: { RAMB36E1: 1, RAMB18E1: 0.5, RAMB36E2: 1, RAMB18E2: 0.5 },
  lutram: {
    ...{ RAM32X1S: 1, RAM64X1S: 1, RAM128X1S: 2, RAM256X1S: 4 },
    ...{ RAM32X1D: 2, RAM64X1D: 2, RAM128X1D: 4, RAM32M: 4, RAM64M: 4, RAM32M16: 8, RAM64M8: 8 },
    ...{ SRL16E: 1, SRLC16E: 1, SRLC32E: 1 },
  },
};

const fpgas: readonly FpgaTarget[] = [
  {
    kind: "fpga",
    name: "xc7",
    pass: "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf",
    library: "+/xilinx/cells_sim.v",
    statTechnology: "xilinx",
    sequential: xilinxSequential,
    cells: xilinxCells,
  },
  {
    kind: "fpga",
    name: "xcup",
    pass: "synth_xilinx -family xcup -flatten -noiopad -noclkbuf",
    library: "+/xilinx/cells_sim.v",
    statTechnology: "xilinx",
    sequential: xilinxSequential,
    cells: xilinxCells,
  },
  {
    kind: "fpga",
    name: "ice40",
    pass: "synth_ice40 -dsp",
    sequential: ["SB_DFF*", "SB_RAM*", "SB_MAC16"],
    cells: {
      lut: /^SB_LUT4$/,
      ff: /^SB_DFF/,
      carry: /^SB_CARRY$/,
      dsp: /^SB_MAC16$/,
      bram: { SB_RAM40_4K: 1, SB_RAM40_4KNR: 1, SB_RAM40_4KNW: 1, SB_RAM40_4KNRNW: 1 },
      lutram: {},
    },
  },
  {
    kind: "fpga",
    name: "ecp5",
    pass: "synth_ecp5",
    sequential: ["TRELLIS_FF", "TRELLIS_DPR16X4", "DP16KD", "PDPW16KD", "MULT*"],
    cells: {
      lut: /^LUT4$/,
      ff: /^TRELLIS_FF$/,
      carry: /^CCU2C$/,
      dsp: /^MULT(9X9|18X18)D$/,
      bram: { DP16KD: 1, PDPW16KD: 1 },
      lutram: { TRELLIS_DPR16X4: 4 },
    },
  },
];

/** The names of the targets that need no file. */
export const targetNames: readonly string[] = [...fpgas.map(({ name }) => name), "gates"];

/** The target of this name, or the Liberty file at this path (`.lib` or `.lib.gz`). */
export async function findTarget(name: string): Promise<Target> {
  if (name === "gates") return { kind: "gates", name };
  const fpga = fpgas.find((target) => target.name === name);
  if (fpga !== undefined) return fpga;
  if (/\.lib(\.gz)?$/.test(name)) {
    return { kind: "liberty", name: basename(name).replace(/\.gz$/, ""), library: await readLibrary(name) };
  }
  const near = nearestNames(name, targetNames);
  throw new UserError({
    code: "unknown-target",
    message: `there is no target ${name}`,
    where: "--target",
    expected: `one of ${targetNames.join(", ")}, or a Liberty file (.lib, .lib.gz)`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}
