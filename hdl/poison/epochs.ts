/**
 * Epochs of a memory: a write to an unknown address begins one. Beside each lane of each word stands the epoch in which it
 * was last written; of another one than the present, it is unknown. So one write makes all words unknown, and later ones
 * make them known again one by one.
 */

/** As wide as the count of edges, so that no epoch comes again. */
export const epochBits = 64;

/** Register that counts the edges at which a write port, of those from 0 on, may have hit any word. The sum over the ports is the epoch. */
export function lostName(memory: string, port: number): string {
  return `${memory}$${port}$lost`;
}

/** Memory of the epochs in which lanes were last written, the lowest lane first, or the word that a read finds in it. */
export function writtenName(memoryOrRead: string): string {
  return `${memoryOrRead}$written`;
}

/** The bits of a word of `width` bits in those of `lanes` equal parts that `written` says to be of another epoch. */
export function staleBits(written: bigint, epoch: bigint, width: number, lanes: number): bigint {
  const lane = BigInt(width / lanes);
  const ones = (1n << lane) - 1n;
  const parts = Array.from({ length: lanes }, (_, i) => {
    const last = BigInt.asUintN(epochBits, written >> BigInt(i * epochBits));
    return last === BigInt.asUintN(epochBits, epoch) ? 0n : ones << (BigInt(i) * lane);
  });
  return parts.reduce((bits, part) => bits | part, 0n);
}
