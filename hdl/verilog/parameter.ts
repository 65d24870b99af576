import type { VerilogParameter } from "../ir.ts";

/** The value of a parameter as Verilog-2005 has it; a bigint has a whole number of 32-bit words, and a sign where it is negative. */
export function printParameter(value: VerilogParameter | bigint): string {
  if (typeof value === "bigint") {
    const bits = (value < 0n ? -value - 1n : value).toString(2).length + (value < 0n ? 1 : 0);
    const width = 32 * Math.ceil(bits / 32);
    return `${width}'${value < 0n ? "sh" : "h"}${BigInt.asUintN(width, value).toString(16)}`;
  }
  if (typeof value === "string") return `"${[...new TextEncoder().encode(value)].map(printByte).join("")}"`;
  // Without its sign the least integer is none.
  if (value === -(2 ** 31)) return "32'sh80000000";
  return typeof value === "number" ? `${value}` : `${value.width}'h${value.value.toString(16)}`;
}

/** A byte of a text as Verilog-2005 has it in a string. */
function printByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character === "\n") return "\\n";
  return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, "0")}`;
}
