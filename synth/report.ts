/** What a synthesis run found. A field is absent where the target has no such thing. */
export interface SynthesisReport {
  /** The name of the target, or the file name of the Liberty library. */
  readonly target: string;
  readonly tool: "yosys" | "@yowasp/yosys";
  readonly version: string;
  /** Look-up tables for logic; inverters that the mapper left apart are only in `cells`. */
  readonly lut?: number;
  /** Logic cells, as Yosys estimates them. */
  readonly lc?: number;
  readonly ff: number;
  /** Carry-chain cells. */
  readonly carry?: number;
  /** Multiplier blocks. */
  readonly dsp?: number;
  /** Block RAM, in the target's own unit: xc7 and xcup 36 Kb (a RAMB18 counts 0.5), ecp5 18 Kb, ice40 4 Kb. */
  readonly bram?: number;
  /** Look-up tables that serve as memory or shift register. */
  readonly lutram?: number;
  /** Bits of all arrays in the Verilog, whatever they became. */
  readonly memoryBits: number;
  /** Bits of the arrays that were left out of the cells and the area, see `notes`. Gates and Liberty only. */
  readonly blackBoxBits?: number;
  /**
   * Cells on the longest path between registers; on FPGAs between registers, memories and multiplier blocks, and a carry cell of
   * several bits is one cell. Not with Liberty.
   */
  readonly depth?: number;
  /** Cell area in square micrometres, arrays that were left out not included (Liberty only). */
  readonly areaUm2?: number;
  /** NAND gates and inverters (gates), or the area over that of the smallest two-input NAND (Liberty). */
  readonly nand2?: number;
  readonly cells: Readonly<Record<string, number>>;
  /** What a reader of the figures must know. */
  readonly notes: readonly string[];
}
