import { maximalMask } from "./lfsr-masks.ts";

/** A Galois LFSR that shifts right, of any width that has a mask. `Lfsr` is the faster one, of the widths on the command line. */
export class WideLfsr {
  readonly #mask: bigint;
  readonly #stepsPerDraw: number;
  #state: bigint;

  /** `width` from 2 to 168 bits; `seed` from 1 to 2^width - 1, 1 or more steps a draw, else a RangeError. */
  constructor(width: number, seed: bigint, stepsPerDraw = 1) {
    this.#mask = maximalMask(width);
    if (seed < 1n || seed >> BigInt(width)) throw new RangeError(`${seed} is no seed of ${width} bits`);
    if (!Number.isInteger(stepsPerDraw) || stepsPerDraw < 1) throw new RangeError(`${stepsPerDraw} steps make no draw`);
    this.#stepsPerDraw = stepsPerDraw;
    this.#state = seed;
  }

  /** The value that the next draw gives. */
  get state(): bigint {
    return this.#state;
  }

  /** The state before it steps. */
  draw(): bigint {
    const drawn = this.#state;
    this.advance(this.#stepsPerDraw);
    return drawn;
  }

  /** Single steps, 0 or more, whatever the number of steps in a draw. */
  advance(steps: number): void {
    if (!Number.isInteger(steps) || steps < 0) throw new RangeError(`there are no ${steps} steps`);
    for (let i = 0; i < steps; i++) {
      const feedback = this.#state & 1n ? this.#mask : 0n;
      this.#state = (this.#state >> 1n) ^ feedback;
    }
  }
}
