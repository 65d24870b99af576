import type { BinaryMap } from "./windows.ts";

/**
 * Max-pooling of squares of `size` pixels that do not overlap: of +1 and -1 the largest is the or of the bits, channel by
 * channel (FINN, section 4.3). Rows and columns beyond the last whole square are left out.
 */
export function maxPool(map: BinaryMap, size: number): number[][][] {
  const pooled = (top: number, left: number) =>
    map[top][left].map((_, channel) => {
      const square = map.slice(top, top + size).flatMap((row) => row.slice(left, left + size));
      return square.some((pixel) => pixel[channel] === 1) ? 1 : 0;
    });
  const places = (pixels: number) => Array.from({ length: Math.floor(pixels / size) }, (_, i) => i * size);
  return places(map.length).map((top) => places(map[0].length).map((left) => pooled(top, left)));
}
