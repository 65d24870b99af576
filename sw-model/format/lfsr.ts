/** The random source of stochastic rounding (contract, numbers, rule 3). */

/** Feedback masks of maximal length, by state width, as the command line offers them. */
export const lfsrMasks: Readonly<Record<number, number>> = {
  8: 0xb8,
  16: 0xb400,
  24: 0xe1_0000,
  32: 0x8020_0003,
};

/** A Galois LFSR that shifts right. */
export class Lfsr {
  readonly #mask: number;
  readonly #stepsPerDraw: number;
  #state: number;

  /** `width` is one of `lfsrMasks`; `seed` from 1 to 2^width - 1, else a RangeError. */
  constructor(width: number, seed: number, stepsPerDraw = 1) {
    const mask = lfsrMasks[width];
    if (mask === undefined) throw new RangeError(`an LFSR of ${width} bits has no mask here`);
    if (!(Number.isInteger(seed) && seed >= 1 && seed < 2 ** width)) {
      throw new RangeError(`${seed} is no seed of ${width} bits`);
    }
    this.#mask = mask;
    this.#stepsPerDraw = stepsPerDraw;
    this.#state = seed;
  }

  /** The value that the next draw gives. */
  get state(): number {
    return this.#state;
  }

  /** The state before it steps. */
  draw(): number {
    const drawn = this.#state;
    this.advance(this.#stepsPerDraw);
    return drawn;
  }

  /** Single steps, whatever the number of steps in a draw. */
  advance(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const feedback = this.#state & 1 ? this.#mask : 0;
      this.#state = ((this.#state >>> 1) ^ feedback) >>> 0;
    }
  }
}
