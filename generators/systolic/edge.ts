import type { BitSignal, Builder, SIntSignal } from "../../hdl/index.ts";
import { delayed } from "../common/delay.ts";

/**
 * Operands at an edge of the array: row or column i gets its value i edges after the first one, so that the wavefront meets. With
 * `orZero` there are zeros where no word was taken: at one of the two edges, they keep all sums as they are.
 */
export function atEdge(
  m: Builder,
  name: string,
  values: readonly SIntSignal[],
  { taken, orZero }: { readonly taken: BitSignal; readonly orZero: boolean },
): SIntSignal[] {
  return values.map((value, i) => {
    const held = m.reg(`${name}_${i}`, value.type);
    if (orZero) held.set(0);
    m.when(taken, () => held.set(value));
    return delayed(m, `${name}Skew_${i}`, held.asUint(), i).asSint();
  });
}
