import { signedRange } from "../format/fixed.ts";
import { ExactProduct, type RawMatrix, rawMatrix, type Sums } from "../linear/exact.ts";
import { bWidthOf, randomBitsOf } from "../srmac/spec.ts";
import { type DrawTables, drawTables } from "./draws.ts";
import { columnSeeds } from "./seeds.ts";
import type { SystolicParameters } from "./spec.ts";

/**
 * The product of `goldenSystolic`, to the bit, hundreds of times as fast: sums in doubles by vector instructions, then one pass of
 * rounding. For results of up to 32 bits and sums below 2^52; a RangeError beyond.
 */
export class SystolicProduct {
  readonly parameters: SystolicParameters;
  readonly #exact: ExactProduct;
  readonly #tables: DrawTables;

  /** `exact` may be shared by several products. */
  constructor(parameters: SystolicParameters, exact = new ExactProduct()) {
    if (parameters.outWidth > 32) throw new RangeError(`results of ${parameters.outWidth} bits are too wide here`);
    this.parameters = parameters;
    this.#exact = exact;
    this.#tables = drawTables(parameters.lfsrWidth, parameters.stepsPerDraw);
  }

  /** c = a b; raw values of `width` bits. `seed` as in an operation. */
  multiply(a: RawMatrix, b: RawMatrix, seed?: number): RawMatrix {
    const { width, accWidth, rounding, dropBits } = this.parameters;
    const bWidth = bWidthOf(this.parameters);
    if (a.cols * 2 ** (width + bWidth - 2) > 2 ** 52) {
      throw new RangeError(`sums of ${a.cols} products of ${width} by ${bWidth} bits are too large here`);
    }
    const sums = this.#exact.multiply(a, b);
    const c = rawMatrix(a.rows, b.cols);
    if (accWidth < 54) wrap(sums.data, accWidth);
    if (rounding === "stochastic" && dropBits > 0) this.#stochastic(sums, c, columnSeeds(this.parameters, seed ?? 0));
    else this.#deterministic(sums, c);
    return c;
  }

  #stochastic({ stride, data }: Sums, c: RawMatrix, seeds: readonly number[]): void {
    const { rows: height, cols: width, dropBits: k, outWidth } = this.parameters;
    const bits = randomBitsOf(this.parameters);
    const [t0, t1, t2, t3] = this.#tables.byte;
    const [least, most] = range(outWidth);
    const states = Int32Array.from(seeds);
    const low = bits === 32 ? -1 : 2 ** bits - 1;
    const [cut, scale] = [2 ** (bits - k), 2 ** -bits];
    for (let top = 0; top < c.rows; top += height) {
      const bottom = Math.min(top + height, c.rows);
      for (let left = 0; left < c.cols; left += width) {
        const columns = Math.min(width, c.cols - left);
        for (let r = top; r < bottom; r++) {
          const from = r * stride + left;
          const to = r * c.cols + left;
          for (let j = 0; j < columns; j++) {
            const s = states[j];
            states[j] = t0[s & 255] ^ t1[(s >>> 8) & 255] ^ t2[(s >>> 16) & 255] ^ t3[s >>> 24];
            const y = Math.floor((Math.floor(data[from + j] * cut) + ((s & low) >>> 0)) * scale);
            c.data[to + j] = Math.max(least, Math.min(most, y));
          }
        }
      }
    }
  }

  #deterministic({ stride, data }: Sums, c: RawMatrix): void {
    const { dropBits: k, outWidth, rounding } = this.parameters;
    const [least, most] = range(outWidth);
    const scale = 2 ** -k;
    for (let r = 0; r < c.rows; r++) {
      for (let n = 0; n < c.cols; n++) {
        // Exact: a power of two scales a double without rounding it.
        const x = data[r * stride + n] * scale;
        const floor = Math.floor(x);
        const rest = x - floor;
        const tieUp = rounding === "nearest-even" && floor % 2 !== 0;
        const up = rounding !== "truncate" && (rest > 0.5 || (rest === 0.5 && tieUp));
        const y = up ? floor + 1 : floor;
        c.data[r * c.cols + n] = Math.max(least, Math.min(most, y));
      }
    }
  }
}

function range(width: number): readonly [least: number, most: number] {
  const { min, max } = signedRange(width);
  return [Number(min), Number(max)];
}

/** Sums modulo 2^width, signed. */
function wrap(sums: Float64Array, width: number): void {
  const modulus = 2 ** width;
  const half = modulus / 2;
  for (let i = 0; i < sums.length; i++) {
    const x = sums[i];
    if (x >= half || x < -half) sums[i] = x - modulus * Math.floor((x + half) / modulus);
  }
}
