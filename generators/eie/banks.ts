import { type BitSignal, bit, fixedValue, type UIntSignal, uint } from "../../hdl/index.ts";

/** Row i of a memory in banks lies in bank i mod `banks`, a power of two, at address floor(i / `banks`). */
export function inBanks(row: UIntSignal, banks: number) {
  const bits = Math.log2(banks);
  const bank = bits === 0 ? undefined : row.bits(bits - 1, 0);
  return {
    /** Undefined where there is one bank. */
    bank,
    address: (row.width > bits ? row.bits(row.width - 1, bits) : fixedValue(uint(1), 0)) as UIntSignal,
    isIn: (b: number): BitSignal => (bank === undefined ? fixedValue(bit, true) : bank.eq(b)),
  };
}
