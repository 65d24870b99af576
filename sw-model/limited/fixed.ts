import type { FixedFormat, MacRounding } from "../format/fixed.ts";
import { ExactProduct, type RawMatrix } from "../linear/exact.ts";
import { Random } from "../random.ts";
import { SystolicProduct } from "../systolic/product.ts";
import type { SystolicParameters } from "../systolic/spec.ts";
import type { Arithmetic, Pace } from "./arithmetic.ts";
import type { Numbers, Tensor } from "./tensor.ts";

/** Fixed-point formats of a network in training, each of 16 bits in the paper. */
export interface TrainingFormats {
  readonly weights: FixedFormat;
  readonly activations: FixedFormat;
  /** Errors at the outputs of layers. */
  readonly errors: FixedFormat;
}

/** The array that computes the products, and how it rounds. */
export interface TrainingArray extends Pick<SystolicParameters, "rows" | "cols" | "lfsrWidth" | "stepsPerDraw"> {
  readonly rounding: Extract<MacRounding, "nearest" | "stochastic">;
}

/** One product of matrices of a training step, as an operation of the `systolic` generator, and its result. */
export interface RecordedProduct {
  readonly kind: "activations" | "errors" | "weightStep";
  readonly parameters: SystolicParameters;
  readonly a: RawMatrix;
  readonly b: RawMatrix;
  readonly seed: number;
  readonly c: RawMatrix;
}

const widthOf = ({ il, fl }: FixedFormat) => il + fl;

/**
 * Training in fixed point alone (Gupta et al., ICML 2015, sections 3 and 4): every product of matrices is an operation of the
 * systolic array, rounded once from the exact sum. Learning rate over batch is a power of two, which the rounding of the weight
 * step drops as further bits, times a factor near 1, which the errors at the output carry.
 */
export class FixedArithmetic implements Arithmetic {
  readonly one: number;
  readonly #formats: TrainingFormats;
  readonly #array: TrainingArray;
  readonly #exact = new ExactProduct();
  readonly #products = new Map<number, SystolicProduct>();
  readonly #record: ((product: RecordedProduct) => void) | undefined;
  #random = new Random(0);
  #pace: Pace = { rate: 1, batch: 1, momentum: 0, decay: 0 };
  /** Learning rate over batch = factor * 2^-shift. */
  #shift = 0;
  #factor = 1;

  /** `record` sees every product. */
  constructor(formats: TrainingFormats, array: TrainingArray, pace: Pace, record?: (product: RecordedProduct) => void) {
    this.#formats = formats;
    this.#array = array;
    this.#record = record;
    this.one = 2 ** formats.activations.fl;
    this.pace = pace;
  }

  get pace(): Pace {
    return this.#pace;
  }

  set pace(pace: Pace) {
    const { weights, activations, errors } = this.#formats;
    const most = this.#array.lfsrWidth + weights.fl - activations.fl - errors.fl;
    this.#pace = pace;
    this.#shift = Math.min(most, Math.round(Math.log2(pace.batch / pace.rate)));
    this.#factor = (pace.rate / pace.batch) * 2 ** this.#shift;
  }

  /** Where the seeds of products and the roundings of the host come from, from now on. */
  set random(random: Random) {
    this.#random = random;
  }

  asActivations(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return { rows, cols, data: this.#rounded(values, 1, this.#formats.activations) };
  }

  asWeights(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return { rows, cols, data: this.#rounded(values, 1, this.#formats.weights) };
  }

  asErrors(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return { rows, cols, data: this.#rounded(values, this.#factor, this.#formats.errors) };
  }

  realActivations({ data }: Tensor): Float64Array {
    return Float64Array.from(data, (raw) => raw / this.one);
  }

  activations(inputs: Tensor, weights: Tensor): Tensor {
    return this.#multiply("activations", inputs, weights, this.#formats.weights.fl, this.#formats.activations);
  }

  errors(errors: Tensor, weights: Tensor): Tensor {
    return this.#multiply("errors", errors, weights, this.#formats.weights.fl, this.#formats.errors);
  }

  weightStep(inputs: Tensor, errors: Tensor): Tensor {
    const { weights, activations, errors: e } = this.#formats;
    return this.#multiply("weightStep", inputs, errors, activations.fl + e.fl + this.#shift - weights.fl, weights);
  }

  move(weights: Numbers, velocity: Numbers, step: Numbers): void {
    const { momentum, decay, rate } = this.#pace;
    const [least, most] = rangeOf(this.#formats.weights);
    const clamp = (x: number) => Math.max(least, Math.min(most, x));
    for (let i = 0; i < weights.length; i++) {
      // Without momentum and decay there is nothing to round.
      const kept = momentum === 0 && decay === 0 ? 0 : this.#round(momentum * velocity[i] + rate * decay * weights[i]);
      velocity[i] = clamp(kept + step[i]);
      weights[i] = clamp(weights[i] - velocity[i]);
    }
  }

  saturateErrors({ data }: Tensor): void {
    const [least, most] = rangeOf(this.#formats.errors);
    for (let i = 0; i < data.length; i++) data[i] = Math.max(least, Math.min(most, data[i]));
  }

  #multiply(kind: RecordedProduct["kind"], a: Tensor, b: Tensor, dropBits: number, into: FixedFormat): Tensor {
    const key = 64 * dropBits + widthOf(into);
    let product = this.#products.get(key);
    if (!product) {
      product = new SystolicProduct(this.#parameters(dropBits, widthOf(into)), this.#exact);
      this.#products.set(key, product);
    }
    const seed = 1 + Math.floor(this.#random.uniform() * (2 ** this.#array.lfsrWidth - 1));
    const [left, right] = [a as RawMatrix, b as RawMatrix];
    const c = product.multiply(left, right, seed);
    this.#record?.({ kind, parameters: product.parameters, a: left, b: right, seed, c });
    return c;
  }

  #parameters(dropBits: number, outWidth: number): SystolicParameters {
    const { weights, activations, errors } = this.#formats;
    const width = Math.max(...[weights, activations, errors].map(widthOf));
    return { ...this.#array, width, bWidth: 0, accWidth: 48, dropBits, randomBits: 0, outWidth, structure: "xc7" };
  }

  #round(x: number): number {
    if (this.#array.rounding === "nearest") return Math.ceil(x - 0.5);
    return Math.floor(x + this.#random.uniform());
  }

  #rounded(values: ArrayLike<number>, factor: number, format: FixedFormat): Int32Array {
    const [least, most] = rangeOf(format);
    const scale = factor * 2 ** format.fl;
    const raw = new Int32Array(values.length);
    for (let i = 0; i < raw.length; i++) raw[i] = Math.max(least, Math.min(most, this.#round(values[i] * scale)));
    return raw;
  }
}

function rangeOf(format: FixedFormat): readonly [least: number, most: number] {
  const half = 2 ** (widthOf(format) - 1);
  return [-half, half - 1];
}
