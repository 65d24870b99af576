import type { Random } from "../random.ts";

/** How far training images are distorted at random, uniformly up to these limits either way. */
export interface Augmentation {
  /** Pixels. */
  readonly shift: number;
  /** Radians. */
  readonly turn: number;
  /** Share of the size, and of the slant. */
  readonly stretch: number;
}

const side = 28;
const middle = (side - 1) / 2;

/** Writes a randomly shifted, turned, stretched and slanted copy of a 28 x 28 image (bilinear) into `into`. */
export function distort(image: Float32Array, into: Float32Array, limits: Augmentation, random: Random): void {
  const swing = (limit: number) => random.between(-limit, limit);
  const angle = swing(limits.turn);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [scaleX, scaleY, slant] = [1 + swing(limits.stretch), 1 + swing(limits.stretch), swing(limits.stretch)];
  const [shiftX, shiftY] = [middle + swing(limits.shift), middle + swing(limits.shift)];
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      const x = (col - middle + slant * (row - middle)) * scaleX;
      const y = (row - middle) * scaleY;
      into[row * side + col] = sample(image, cos * x - sin * y + shiftX, sin * x + cos * y + shiftY);
    }
  }
}

function sample(image: Float32Array, x: number, y: number): number {
  const col = Math.floor(x);
  const row = Math.floor(y);
  if (col < -1 || row < -1 || col >= side || row >= side) return 0;
  const right = x - col;
  const down = y - row;
  const at = (r: number, c: number) => (r >= 0 && c >= 0 && r < side && c < side ? image[r * side + c] : 0);
  const upper = at(row, col) * (1 - right) + at(row, col + 1) * right;
  const lower = at(row + 1, col) * (1 - right) + at(row + 1, col + 1) * right;
  return upper * (1 - down) + lower * down;
}
