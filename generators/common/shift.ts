import { concat, fixedValue, type SIntSignal, uint } from "../../hdl/index.ts";

/** value * 2^by, exactly. */
export function shiftedLeft(value: SIntSignal, by: number): SIntSignal {
  return by === 0 ? value : concat(value, fixedValue(uint(by), 0)).asSint();
}
