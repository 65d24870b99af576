import type { Macro } from "./macro-library.ts";
import { blackBoxAboveBits } from "./memories.ts";

/** A memory that is left out, as Yosys has it before mapping. */
export interface Sram {
  readonly words: number;
  readonly width: number;
  readonly addressBits: number;
  readonly readPorts: number;
  readonly writePorts: number;
}

/**
 * From clock edge to data, in nanoseconds at 45 nm, typical: a line through two of the SRAMs that the OpenROAD flow has beside the Nangate45
 * library (`fakeram45`, by bsg_fakeram from CACTI): 0.207 ns for 64 words of 32 bits and 0.435 ns for 2,048 of 39, in the square root of
 * the capacity, as the length of word and bit lines grows. Beyond 80,000 bits it is an extrapolation.
 */
export function sramAccessNs({ words, width }: Pick<Sram, "words" | "width">): number {
  const [small, large] = [64 * 32, 2048 * 39].map(Math.sqrt);
  return 0.207 + ((0.435 - 0.207) * (Math.sqrt(words * width) - small)) / (large - small);
}

/** Before the clock edge, at every input of these SRAMs, and their load in femtofarads. */
const setupNs = 0.05;
const inputLoad = 5;

/** The memories that `boxLargeMemories` leaves out. Throws where one is read without a clock: no SRAM is. */
export function sramsOf(rtlil: string): Sram[] {
  const found = new Map<string, Sram>();
  for (const [cell] of rtlil.matchAll(/^ *cell \$mem_v2 [^\n]*\n(?: +(?:parameter|connect|attribute) [^\n]*\n)*/gm)) {
    const text = (name: string) => new RegExp(`parameter \\\\${name} (\\S+)`).exec(cell)?.[1] ?? "0";
    const sram = {
      ...{ words: Number(text("SIZE")), width: Number(text("WIDTH")), addressBits: Number(text("ABITS")) },
      ...{ readPorts: Number(text("RD_PORTS")), writePorts: Number(text("WR_PORTS")) },
    };
    if (sram.words * sram.width <= blackBoxAboveBits) continue;
    if (/0/.test(text("RD_CLK_ENABLE").replace(/^\d+'/, ""))) {
      throw new Error(`a memory of ${sram.words} x ${sram.width} bits is read without a clock`);
    }
    found.set(sramName(sram), sram);
  }
  return [...found.values()];
}

/** The cell's name once `withoutDollars` has been over the netlist. */
export const sramName = ({ words, width }: Pick<Sram, "words" | "width">) => `sram_${words}x${width}`;

/** Names of SRAM cells as a Liberty file can have them. */
export const withoutDollars = (netlist: string) => netlist.replaceAll("\\$__sram_", "sram_");

/** The boxed memories with one write enable a port, where Yosys has one a bit: the Verilog that we emit writes whole words. */
export function wholeWords(boxed: string, srams: readonly Sram[]): string {
  return srams.reduce((text, sram) => {
    const { width, writePorts } = sram;
    const cell = new RegExp(`^ *cell \\$__${sramName(sram)} [^\\n]*\\n(?: +connect [^\\n]*\\n)*`, "gm");
    const enables = Array.from({ length: writePorts }, (_, port) => port * width).reverse();
    return text.replace(cell, (found) =>
      found.replace(
        /^( +connect \\WR_EN )(\S+)\n/m,
        (_, head, net) => `${head}{ ${enables.map((at) => `${net} [${at}]`).join(" ")} }\n`,
      ),
    );
  }, boxed);
}

/** How an SRAM looks to a timing analysis; ports as those of Yosys' memory cells. */
export function sramMacro(sram: Sram): Macro {
  const { addressBits, readPorts, writePorts, width } = sram;
  const input = (name: string, bits: number, setup?: number) => ({ name, width: bits, setupNs: setup });
  return {
    name: sramName(sram),
    // Yosys has a clock a port; all are the same here.
    clocks: ["RD_CLK", "WR_CLK"],
    inputs: [
      ...[input("RD_ADDR", addressBits * readPorts, setupNs), input("RD_EN", readPorts, setupNs)],
      ...[input("RD_ARST", readPorts), input("RD_SRST", readPorts)],
      ...[input("WR_ADDR", addressBits * writePorts, setupNs), input("WR_DATA", width * writePorts, setupNs)],
      input("WR_EN", writePorts, setupNs),
    ],
    outputs: [{ name: "RD_DATA", width: width * readPorts, clockNs: sramAccessNs(sram), through: [] }],
    inputLoad,
  };
}
