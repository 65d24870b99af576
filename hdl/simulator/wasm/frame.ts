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
    const window = this.#window(address);
    return window ? 4 * (address - window.from) + window.local + 1 : 4 * address;
  }

  locate(address: number): Located {
    const window = this.#window(address);
    return window ? { local: window.local, offset: address - window.from } : { local: undefined, offset: address };
  }

  #window(address: number): Window | undefined {
    for (let i = 0; i < this.#windows.length; i++) {
      const window = this.#windows[i];
      if (address >= window.from && address < window.to) return window;
    }
    return undefined;
  }
}
