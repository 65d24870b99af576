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

  /** What tells the place from all others that the function reaches: the same for what lies alike in frames of equal windows. */
  reach(address: number): number {
    for (const { local, from, to } of this.#windows)
      if (address >= from && address < to) return (local + 1) * 2 ** 40 + address - from;
    return address;
  }

  locate(address: number): Located {
    for (const { local, from, to } of this.#windows)
      if (address >= from && address < to) return { local, offset: address - from };
    return { local: undefined, offset: address };
  }
}
