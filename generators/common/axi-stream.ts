/** Bits of an AXI stream that holds some values: whole bytes. */
export function busBits(values: number, width: number): number {
  return 8 * Math.ceil((values * width) / 8);
}
