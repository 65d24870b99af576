import { ExactProduct } from "../linear/exact.ts";
import type { Arithmetic, Pace } from "./arithmetic.ts";
import type { Numbers, Tensor } from "./tensor.ts";

/** The reference: everything in doubles. */
export class FloatArithmetic implements Arithmetic {
  readonly one = 1;
  readonly #product = new ExactProduct();
  pace: Pace;

  constructor(pace: Pace) {
    this.pace = pace;
  }

  asActivations(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return { rows, cols, data: Float64Array.from(values) };
  }

  asWeights(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return this.asActivations(values, rows, cols);
  }

  asErrors(values: ArrayLike<number>, rows: number, cols: number): Tensor {
    return this.asActivations(values, rows, cols);
  }

  realActivations({ data }: Tensor): Float64Array {
    return Float64Array.from(data);
  }

  activations(inputs: Tensor, weights: Tensor): Tensor {
    return this.#multiply(inputs, weights, 1);
  }

  errors(errors: Tensor, weights: Tensor): Tensor {
    return this.#multiply(errors, weights, 1);
  }

  weightStep(inputs: Tensor, errors: Tensor): Tensor {
    return this.#multiply(inputs, errors, this.pace.rate / this.pace.batch);
  }

  move(weights: Numbers, velocity: Numbers, step: Numbers): void {
    const { momentum, decay, rate } = this.pace;
    for (let i = 0; i < weights.length; i++) {
      velocity[i] = momentum * velocity[i] + rate * decay * weights[i] + step[i];
      weights[i] -= velocity[i];
    }
  }

  saturateErrors(): void {}

  #multiply(a: Tensor, b: Tensor, scale: number): Tensor {
    const { stride, data } = this.#product.multiply(a, b);
    const into = new Float64Array(a.rows * b.cols);
    for (let r = 0; r < a.rows; r++) {
      for (let c = 0; c < b.cols; c++) into[r * b.cols + c] = scale * data[r * stride + c];
    }
    return { rows: a.rows, cols: b.cols, data: into };
  }
}
