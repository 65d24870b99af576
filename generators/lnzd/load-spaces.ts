import { uint } from "../../hdl/index.ts";

/** What a word of the load port of a scanner is for. */
export const loadSpaces = {
  /** Data goes to an address. */
  values: 0,
  /** Every word becomes zero, at once. */
  clear: 1,
  /** Give the nonzeros. The next word is taken when the end mark has left. */
  scan: 2,
} as const;

export const spaceType = uint(2);
