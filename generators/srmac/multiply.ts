import type { Builder, SIntSignal } from "../../hdl/index.ts";
import type { MacStructure } from "../../sw-model/srmac/spec.ts";
import { fullAdderProduct } from "./full-adder-product.ts";

/** The exact product. By an operator, which synthesis puts into a DSP block where there is one, or else by full adders. */
export function multiplied(m: Builder, a: SIntSignal, b: SIntSignal, structure: MacStructure): SIntSignal {
  if (structure !== "logic") return a.mul(b);
  return m.inst("multiplier", fullAdderProduct, { aWidth: a.width, bWidth: b.width }, { a, b }).product;
}
