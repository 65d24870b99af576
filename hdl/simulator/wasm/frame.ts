/** Where a function finds what lies in memory. */

/** Addresses from `from` to below `to`, which the function reaches from a base given in a local. */
export interface Window {
  readonly local: number;
  readonly from: number;
  readonly to: number;
}

/** How an address is reached: `offset` from the base in a local, or from 0. */
export interface Located {
  readonly local: number | undefined;
  readonly offset: number;
}

/** Fixed addresses, but for those in windows: equal code for equal instances, each with bases of its own. */
export class Frame {
  readonly #windows: readonly Window[];

  constructor(windows: readonly Window[] = []) {
    this.#windows = windows;
  }

  locate(address: number): Located {
    for (const { local, from, to } of this.#windows)
      if (address >= from && address < to) return { local, offset: address - from };
    return { local: undefined, offset: address };
  }
}
