import { Lfsr } from "../format/lfsr.ts";
import { gcd } from "./statistics.ts";

/**
 * Mean error of stochastic rounding over a whole cycle in which every state is drawn, in units of the result and over values whose
 * `k` low bits are uniform. State 0 alone is missing, so a value with low bits L goes up in L 2^(n - k) of 2^n - 1 draws, which is
 * L / 2^k / (2^n - 1) too often; the mean over L follows. It is the same for k = n.
 */
export function biasOfFullCycle(lfsrWidth: number, k: number): number {
  return (0.5 * (1 - 2 ** -k)) / (2 ** lfsrWidth - 1);
}

/**
 * The same where fewer random bits, `randomBits`, meet `k` dropped ones: what cutting the others off loses, and for the rest the missing
 * state 0.
 */
export function biasOfFewerBits(lfsrWidth: number, k: number, randomBits: number): number {
  return biasOfFullCycle(lfsrWidth, randomBits) - (2 ** -randomBits - 2 ** -k) / 2;
}

/** The same for any number of steps and a seed, by going through the cycle. */
export function biasOfCycle(lfsrWidth: number, stepsPerDraw: number, k: number, seed: number): number {
  const lfsr = new Lfsr(lfsrWidth, seed, stepsPerDraw);
  const unit = 2 ** k;
  const length = (2 ** lfsrWidth - 1) / gcd(2 ** lfsrWidth - 1, stepsPerDraw);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += lfsr.draw() % unit;
  // A value with low bits L goes up for the L largest of the 2^k numbers; over all L that is the mean number, r / 2^k.
  return sum / length / unit - (unit - 1) / (2 * unit);
}

/**
 * A bound of that bias for any seed and k, where the steps share the divisor g with the period. The draws are then a coset of the
 * subgroup of index g of the states; a bit's sum of signs over it is a mean of g Gauss sums, of size 2^(n/2) each but for one of 1, so
 * a bit's mean is at most half of ((g - 1) 2^(n/2) + 1) / (2^n - 1) off one half. The bits of r / 2^k weigh less than 1 together.
 */
export function biasBound(lfsrWidth: number, stepsPerDraw: number): number {
  const period = 2 ** lfsrWidth - 1;
  const g = gcd(period, stepsPerDraw);
  return ((g - 1) * 2 ** (lfsrWidth / 2) + 1) / period / 2;
}
