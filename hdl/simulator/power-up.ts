import { checkedCount } from "../messages/options.ts";
import { here } from "../position.ts";

/** Bits by a seed, for what is unknown at power-up: the same seed gives the same bits. */
export function randomBits(seed: number): (width: number) => bigint {
  let state = checkedCount("A seed", seed, 0, here(), 2 ** 32 - 1);
  // Mulberry32.
  const word = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return (width) => {
    let bits = 0n;
    for (let got = 0; got < width; got += 32) bits = (bits << 32n) | BigInt(word());
    return BigInt.asUintN(width, bits);
  };
}
