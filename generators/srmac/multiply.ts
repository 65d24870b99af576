import { concat, fixedValue, type SIntSignal, select, sint } from "../../hdl/index.ts";
import type { MacStructure } from "../../sw-model/srmac/spec.ts";

/** The exact product. By an operator, which synthesis puts into a DSP block where there is one, or else as a sum of rows. */
export function multiplied(a: SIntSignal, b: SIntSignal, structure: MacStructure): SIntSignal {
  if (structure !== "logic") return a.mul(b);
  const width = a.width + b.width;
  const wide = a.extend(width);
  const rows = Array.from({ length: b.width }, (_, i) => {
    const shifted = i === 0 ? wide : concat(wide.bits(width - 1 - i, 0), fixedValue(sint(i), 0)).asSint();
    const row = select(sint(width), b.bit(i), shifted, 0);
    // The highest bit of b weighs minus.
    return i === b.width - 1 ? row.asUint().not().addWrap(1).asSint() : row;
  });
  return total(rows);
}

/** The sum modulo 2^width, by a tree. */
function total(rows: readonly SIntSignal[]): SIntSignal {
  if (rows.length === 1) return rows[0];
  const half = Math.ceil(rows.length / 2);
  return total(rows.slice(0, half))
    .asUint()
    .addWrap(total(rows.slice(half)).asUint())
    .asSint();
}
