/** The power-up values of `powerUpBits` as `initial` statements at the end of a module's Verilog. */
import { normalise } from "../hdl/expression.ts";
import { powerUpBits } from "../hdl/fixtures/power-up.ts";
import type { Module } from "../hdl/ir.ts";
import { printLiteral } from "../hdl/verilog/expression.ts";
import { singleWords } from "../hdl/verilog/single-word.ts";

/** The statements of a module, whose transparent reads have been lowered. */
export function powerUpVerilog(module: Module): string {
  const single = singleWords(module);
  const lines = module.items.flatMap((item) => {
    if (item.kind === "reg" || (item.kind === "memRead" && item.latency === 1)) {
      const signed = item.kind === "reg" && item.signed;
      const value = normalise(powerUpBits(item.width, item.name), item.width, signed);
      return [`    ${item.name} = ${printLiteral(value, item.width, signed)};`];
    }
    if (item.kind !== "mem" || item.init) return [];
    return Array.from({ length: item.depth }, (_, i) => {
      const bits = powerUpBits(item.width, item.name, i);
      return `    ${item.name}${single.has(item.name) ? "" : `[${i}]`} = ${printLiteral(bits, item.width, false)};`;
    });
  });
  return lines.length > 0 ? ["  initial begin", ...lines, "  end"].join("\n") : "";
}
