import type { Target } from "./targets.ts";

/** File names in the working folder of a run. */
export const files = {
  verilog: "design.v",
  library: "library.lib",
  elaborated: "elaborated.il",
  /** The Verilog as it was understood: how many memories there are. */
  source: "source.json",
  mapped: "mapped.json",
  text: "mapped.txt",
  depth: "depth.txt",
} as const;

/** Read the Verilog and count the bits of its memories. */
const elaboration = (top: string, library?: string): string[] => [
  ...(library === undefined ? [] : [`read_verilog -lib ${library}`]),
  `read_verilog ${files.verilog}`,
  `hierarchy -check -top ${top}`,
  "proc",
  // Yosys 0.23 mixes text into the JSON of a design with more than one level.
  "flatten",
  "opt_clean",
  `tee -q -o ${files.source} stat -json`,
];

/**
 * Leaves the design as RTLIL with each memory in one cell, for targets whose memories need a decision. Of standard cells a memory that is left
 * out takes the register behind its read port with it, enable and all: an SRAM has it inside.
 */
export function elaborationScript(top: string, kind: Target["kind"]): string {
  const enables = kind === "liberty" ? ["opt_expr", "opt_dff", "opt_clean"] : [];
  return [...elaboration(top), ...enables, "memory -nomap", "opt_clean", `write_rtlil ${files.elaborated}`].join("\n");
}

/** How to map, where that is not as usual; see `SynthesisRequest`. */
export interface MappingChoices {
  readonly hierarchical?: boolean;
  readonly smallest?: boolean;
}

/** Map to the target and count. FPGA flows start from the Verilog, so that they are exactly what a user would type. */
export function mappingScript(target: Target, top: string, how: MappingChoices = {}): string {
  return [...mapping(target, top, how), `tee -q -o ${files.mapped} stat -json`].join("\n");
}

function mapping(target: Target, top: string, { hierarchical, smallest }: MappingChoices): string[] {
  switch (target.kind) {
    case "fpga": {
      const technology = target.statTechnology === undefined ? "" : ` -tech ${target.statTechnology}`;
      return [
        ...elaboration(top, target.library),
        "design -reset",
        `read_verilog ${files.verilog}`,
        ...(hierarchical
          ? [`${target.pass.replace(" -flatten", "")} -top ${top}`, "flatten"]
          : [`${target.pass} -top ${top}`]),
        `tee -q -o ${files.text} stat${technology}`,
        `tee -q -o ${files.depth} ltp ${top}${target.sequential.map((cells) => ` t:${cells} %d`).join("")}`,
      ];
    }
    case "gates":
      return [
        `read_rtlil ${files.elaborated}`,
        `synth -flatten -top ${top}`,
        "abc -g NAND",
        "opt_clean",
        `tee -q -o ${files.depth} ltp -noff`,
      ];
    case "liberty":
      return [
        `read_rtlil ${files.elaborated}`,
        `synth -flatten -top ${top}`,
        `dfflibmap -liberty ${files.library}`,
        `abc -liberty ${files.library}${smallest ? " -script +strash;ifraig;scorr;dch,-f;map,-a" : ""}`,
        "opt_clean",
        `tee -q -o ${files.text} stat -liberty ${files.library}`,
      ];
  }
}
