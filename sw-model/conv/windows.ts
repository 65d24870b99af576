/** A map of binary pixels: `rows[y][x][channel]` is 0 or 1. */
export type BinaryMap = readonly (readonly (readonly number[])[])[];

/** How windows lie on a map: squares of `kernel` pixels, every `stride` pixels, `padding` pixels of bits 0 (-1) around the map. */
export interface WindowShape {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/**
 * The windows of a map in the order of their places, row by row, each as the bits of its pixels, row by row, and of these all
 * channels: the order of columns of a convolution's weights (im2col).
 */
export function windowsOf(map: BinaryMap, { kernel, stride, padding }: WindowShape): number[][] {
  const [height, width, channels] = [map.length, map[0].length, map[0][0].length];
  const outside = new Array<number>(channels).fill(0);
  const windows: number[][] = [];
  for (let top = -padding; top + kernel <= height + padding; top += stride) {
    for (let left = -padding; left + kernel <= width + padding; left += stride) {
      const bits: number[] = [];
      for (let y = top; y < top + kernel; y++) {
        for (let x = left; x < left + kernel; x++) bits.push(...(map[y]?.[x] ?? outside));
      }
      windows.push(bits);
    }
  }
  return windows;
}
