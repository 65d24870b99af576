import type { Builder, SIntSignal, SIntType } from "../../hdl/index.ts";

/** `value`, which belongs to edge `from`, at edge `to`: through registers that carry the edge in their names. */
export function delayed(
  m: Builder,
  name: string,
  type: SIntType,
  value: SIntSignal,
  from: number,
  to: number,
): SIntSignal {
  let last = value;
  for (let edge = from + 1; edge <= to; edge++) {
    const later = m.reg(`${name}${edge}`, type);
    later.set(last);
    last = later;
  }
  return last;
}
