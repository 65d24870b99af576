import { dropBits, dropBitsStochastic, saturate } from "../format/fixed.ts";
import { Lfsr } from "../format/lfsr.ts";
import { type MacParameters, randomBitsOf } from "./spec.ts";

/** What a rounding unit depends on. */
export type RoundingParameters = Omit<MacParameters, "width">;

/**
 * One rounding unit and its random source (contract, numbers, rules 2, 3 and 6): wraps an exact sum to the accumulator, drops
 * bits, saturates. Exact at every width.
 */
export class Rounder {
  readonly #parameters: RoundingParameters;
  readonly #lfsr: Lfsr | undefined;

  /** `seed` is what the first draw gives; only stochastic rounding needs one. */
  constructor(parameters: RoundingParameters, seed: number | undefined) {
    this.#parameters = parameters;
    if (parameters.rounding === "stochastic") {
      this.#lfsr = new Lfsr(parameters.lfsrWidth, seed ?? 0, parameters.stepsPerDraw);
    }
  }

  /** The result of an exact sum; the random source steps if bits are dropped stochastically. */
  round(sum: bigint): bigint {
    const { accWidth, dropBits: k, outWidth, rounding } = this.#parameters;
    const wrapped = BigInt.asIntN(accWidth, sum);
    return saturate(
      rounding === "stochastic" ? this.#stochastic(wrapped, k) : dropBits(wrapped, k, rounding),
      outWidth,
    );
  }

  #stochastic(sum: bigint, k: number): bigint {
    if (k === 0 || !this.#lfsr) return sum;
    const bits = randomBitsOf(this.#parameters);
    return dropBitsStochastic(dropBits(sum, k - bits, "truncate"), bits, BigInt(this.#lfsr.draw()));
  }
}
