import { type PacketFormat, packetHeader } from "../../generators/common/packet-loader.ts";
import { placed } from "../../generators/common/registers.ts";
import type { Bits } from "../simulation.ts";

/** A word of a memory. */
export interface PlacedWord {
  readonly space: number;
  readonly pe: number;
  readonly channel?: number;
  readonly address: number;
  readonly data: Bits;
}

/** Words as beats of the load stream, data and the mark of the last: a new packet wherever the next place does not simply follow. */
export function packetRows(format: PacketFormat, words: readonly PlacedWord[]): [data: Bits, last: number][] {
  const fields = placed(packetHeader(format), 64);
  const round = new Set(Object.values(format.spaces).flatMap(({ number, roundPes }) => (roundPes ? [number] : [])));
  const rows: [Bits, number][] = [];
  let next: Omit<PlacedWord, "data"> | undefined;
  for (const { data, ...place } of words) {
    const { space, pe, channel, address } = place;
    const follows = space === next?.space && pe === next.pe && channel === next.channel && address === next.address;
    if (!follows) {
      if (rows.length > 0) rows[rows.length - 1][1] = 1;
      const values: Readonly<Record<string, number | undefined>> = place;
      const header = fields.reduce((sum, { name, low }) => sum | (BigInt(values[name] ?? 0) << BigInt(low)), 0n);
      rows.push([header, 0]);
    }
    rows.push([data, 0]);
    const goesRound = round.has(space) && pe + 1 < format.pes;
    next = goesRound ? { ...place, pe: pe + 1 } : { ...place, pe: round.has(space) ? 0 : pe, address: address + 1 };
  }
  if (rows.length > 0) rows[rows.length - 1][1] = 1;
  return rows;
}
