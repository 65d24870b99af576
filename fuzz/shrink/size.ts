import type { Expression } from "../../hdl/ir.ts";
import { itemValues, pushOperands } from "../../hdl/walk.ts";
import type { FuzzCase } from "../case.ts";

/** How much there is to read: a smaller case has a smaller size. Operators, items and ports count most, then leaves and widths. */
export function sizeOf({ circuit, cycles }: FuzzCase): number {
  let size = 0;
  const seen = new Set<Expression>();
  for (const { ports, items } of circuit.modules) {
    size += 1000;
    for (const { width } of ports) size += 500 + width;
    const pending: Expression[] = [];
    for (const item of items) {
      size += item.kind === "mem" ? 2000 + item.width + item.depth + 100 * (item.init?.length ?? 0) : 1000;
      if ("width" in item) size += item.width;
      if (item.kind === "reg" && item.reset) size += 200;
      if (item.kind === "memRead" && item.underWrite !== "old") size += 50;
      pending.push(...itemValues(item));
    }
    for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      size += e.width + (e.kind === "const" ? (e.value === 0n ? 50 : 60) : e.kind === "ref" ? 100 : 1000);
      pushOperands(e, pending);
    }
  }
  for (const { inputs, clocks } of cycles) {
    size += 20 + clocks.length;
    for (const value of inputs.values()) if (value !== 0n) size += 1;
  }
  return size;
}
