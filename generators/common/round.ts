import { concat, type SIntSignal, type UIntSignal } from "../../hdl/index.ts";
import type { Rounding } from "../../sw-model/format/fixed.ts";

/**
 * Drop the low `amount` bits of an exact value: `truncate` towards minus infinity, `nearest` with ties down (Gupta et al.
 * 2015, section 3), `nearest-even` with ties to even. The addition cannot overflow: it has one bit more than the value.
 */
export function dropLowBits(value: SIntSignal, amount: number, rounding: Rounding): SIntSignal {
  if (amount === 0) return value;
  switch (rounding) {
    case "truncate":
      return value.shiftRight(amount);
    case "nearest":
      return value.add(2n ** BigInt(amount - 1) - 1n).shiftRight(amount);
    case "nearest-even": {
      // Just below one half, plus one when the kept part is odd: a tie then carries only into an odd number.
      const odd: UIntSignal = concat(value.bit(amount));
      const carried = value.add(2n ** BigInt(amount - 1) - 1n).add(odd.toSint());
      return carried.shiftRight(amount);
    }
  }
}

/** The nearest number that fits `width` bits, in exactly `width` bits. */
export function saturateTo(value: SIntSignal, width: number): SIntSignal {
  return value.width > width ? value.saturate(width) : value.extend(width);
}
