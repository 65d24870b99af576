import { type EseNetwork, gateMatrices, type WeightMatrix } from "./network.ts";
import { type EseParameters, segmentsOf } from "./spec.ts";

/**
 * What one processing element stores of all matrices: PE k of `pes` owns rows i with i mod pes = k, local row floor(i / pes).
 *
 * Columns are the elements of x, then of y (both with the rows of all gates), then of m (the rows of the projection). The
 * local rows of a gate are cut into `blocks` blocks of rowDepth / blocks rows; a segment is a block of a gate, gates in the order
 * i, f, g, o (of a GRU z, r, h), and of the projection just the first `blocks` segments are used. The entries of a segment follow one another by row,
 * each with the number of zeros before it, counted from the start of its block; so a gap of 2^indexBits zeros or more takes padding
 * entries (weight 0, largest index), each of which occupies a row itself, but the start of a block costs nothing.
 */
export interface PeEntries {
  /** Raw weights; 0 in a padding entry. */
  readonly weights: Int32Array;
  readonly indices: Uint8Array;
  /** Entries of segment s in column j: counts[j * segments + s]. */
  readonly counts: Uint16Array;
}

export type EseEncoding = Pick<EseParameters, "pes" | "indexBits" | "blocks" | "rowDepth">;

/** Columns of all matrices. */
export function columnsOf({ inputs, outputs, cells, projection }: EseNetwork): number {
  return inputs + outputs + (projection ? cells : 0);
}

/** Entries of all PEs. `rowDepth` must hold the rows of a PE. */
export function encodeEse(network: EseNetwork, format: EseEncoding): PeEntries[] {
  const { pes, indexBits, blocks, rowDepth } = format;
  const matrices = gateMatrices(network);
  const segments = matrices.length * blocks;
  const columns = columnsOf(network);
  const blockRows = rowDepth / blocks;
  const reach = 2 ** indexBits;
  return ordered(network, format).map((keys) => {
    const counts = new Uint16Array(columns * segments);
    const weights: number[] = [];
    const indices: number[] = [];
    let segment = -1;
    let nextRow = 0;
    for (const key of keys) {
      const place = Math.floor(key / rawRange);
      const raw = (key % rawRange) - rawRange / 2;
      const row = place % blockRows;
      const of = Math.floor(place / blockRows);
      if (of !== segment) nextRow = 0;
      segment = of;
      for (; row - nextRow >= reach; nextRow += reach) {
        weights.push(0);
        indices.push(reach - 1);
        counts[segment]++;
      }
      weights.push(raw);
      indices.push(row - nextRow);
      counts[segment]++;
      nextRow = row + 1;
    }
    return { weights: Int32Array.from(weights), indices: Uint8Array.from(indices), counts };
  });

  /** The entries of every PE in the order of storage, as (column, gate, local row, raw value) in one number. */
  function ordered(of: EseNetwork, { pes: elements }: EseEncoding): Float64Array[] {
    const lists = Array.from({ length: elements }, (): number[] => []);
    const add = ({ entries }: WeightMatrix, firstColumn: number, gate: number) => {
      for (const [row, col, raw] of entries) {
        const local = Math.floor(row / pes);
        const place = ((firstColumn + col) * matrices.length + gate) * rowDepth + local;
        lists[row % pes].push(place * rawRange + raw + rawRange / 2);
      }
    };
    matrices.forEach(({ input, recurrent }, g) => {
      add(input, 0, g);
      add(recurrent, of.inputs, g);
    });
    if (of.projection) add(of.projection, of.inputs + of.outputs, 0);
    return lists.map((list) => Float64Array.from(list).sort());
  }
}

/** More than any raw weight takes. */
const rawRange = 2 ** 16;

/** Entries of each PE in each column, all segments together: `[pe][column]`. */
export function columnLoads(
  encoded: readonly PeEntries[],
  format: Pick<EseParameters, "cell" | "blocks">,
): Uint32Array[] {
  const segments = segmentsOf(format);
  return encoded.map(({ counts }) => {
    const loads = new Uint32Array(counts.length / segments);
    counts.forEach((count, i) => {
      loads[Math.floor(i / segments)] += count;
    });
    return loads;
  });
}
