/**
 * Arrays of more bits than this stay out of gates and standard cells: as flip-flops they would swamp every other
 * figure, and a chip would use a compiled SRAM. A register file of 64 x 16 bits still counts as logic.
 */
export const blackBoxAboveBits = 2048;

const prefix = "$__sram_";

/**
 * Cell types that start with `$__` are taken as given by every pass, so this is all it takes to keep a memory out. Nothing reads
 * the cell's parameters, and not every reader of the netlist knows `#(...)`.
 */
export function boxLargeMemories(rtlil: string, aboveBits = blackBoxAboveBits): string {
  return rtlil.replace(
    /^( *cell )\$mem_v2( [^\n]*\n(?: +(?:parameter|connect|attribute) [^\n]*\n)*)/gm,
    (cell, head, rest) => {
      const parameter = (name: string) => Number(new RegExp(`parameter \\\\${name} (\\d+)`).exec(rest)?.[1] ?? 0);
      const [words, width] = [parameter("SIZE"), parameter("WIDTH")];
      if (words * width <= aboveBits) return cell;
      return `${head}${prefix}${words}x${width}${rest.replace(/^ +parameter [^\n]*\n/gm, "")}`;
    },
  );
}

/** The bits of a memory that was kept out, by the name of its cell; undefined for other cells. */
export function boxedBits(cell: string): number | undefined {
  const match = /^\$__sram_(\d+)x(\d+)$/.exec(cell);
  return match === null ? undefined : Number(match[1]) * Number(match[2]);
}
