import type { Random } from "../random.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { firstRows, likeWith, type Numbers, reshaped, type Tensor, transposed, withColumn } from "./tensor.ts";

/** A layer of a network in training; a row of every tensor outside is a sample. */
export interface Layer {
  /** The weights, the last row the biases, and how they move; absent where a layer has none. */
  readonly parameters?: { readonly weights: Tensor; readonly velocity: Tensor };
  forward(input: Tensor): Tensor;
  /** Errors at the input from those at the output, where they are asked for; moves the weights. */
  backward(errors: Tensor, wanted: boolean): Tensor | undefined;
}

/** Weights from N(0, 0.01), that is with a deviation of 0.01, and biases of 0, as the paper starts. */
function initial(arithmetic: Arithmetic, inputs: number, outputs: number, random: Random, deviation: number) {
  const values = Float64Array.from({ length: (inputs + 1) * outputs }, (_, i) =>
    i < inputs * outputs ? deviation * random.normal() : 0,
  );
  const weights = arithmetic.asWeights(values, inputs + 1, outputs);
  return { weights, velocity: likeWith(weights.data, inputs + 1, outputs) };
}

/** The products of a layer with weights; its inputs have a last column of ones for the biases. */
class Products {
  readonly parameters: { readonly weights: Tensor; readonly velocity: Tensor };
  readonly #arithmetic: Arithmetic;
  #inputs: Tensor | undefined;

  constructor(arithmetic: Arithmetic, inputs: number, outputs: number, random: Random, deviation: number) {
    this.#arithmetic = arithmetic;
    this.parameters = initial(arithmetic, inputs, outputs, random, deviation);
  }

  forward(input: Tensor): Tensor {
    this.#inputs = withColumn(input, this.#arithmetic.one);
    return this.#arithmetic.activations(this.#inputs, this.parameters.weights);
  }

  backward(errors: Tensor, wanted: boolean): Tensor | undefined {
    const { weights, velocity } = this.parameters;
    if (!this.#inputs) throw new Error("backward before forward");
    const before = wanted
      ? this.#arithmetic.errors(errors, transposed(firstRows(weights, weights.rows - 1)))
      : undefined;
    const step = this.#arithmetic.weightStep(transposed(this.#inputs), errors);
    this.#arithmetic.move(weights.data, velocity.data, step.data);
    return before;
  }
}

/** Every output from every input. */
export class Dense extends Products implements Layer {}

export class Relu implements Layer {
  #output: Numbers | undefined;

  forward(input: Tensor): Tensor {
    const into = likeWith(input.data, input.rows, input.cols);
    for (let i = 0; i < input.data.length; i++) into.data[i] = Math.max(0, input.data[i]);
    this.#output = into.data;
    return into;
  }

  backward(errors: Tensor): Tensor {
    const into = likeWith(errors.data, errors.rows, errors.cols);
    for (let i = 0; i < into.data.length; i++) if (this.#output && this.#output[i] > 0) into.data[i] = errors.data[i];
    return into;
  }
}

/** Square images: `side` x `side` places of `maps` values, place after place. */
export interface Images {
  readonly side: number;
  readonly maps: number;
}

/** Convolution by square kernels without padding, as one product: a row of the left matrix is a place's window. */
export class Convolution implements Layer {
  readonly #products: Products;
  readonly #from: Images;
  readonly #kernel: number;
  readonly #arithmetic: Arithmetic;

  constructor(arithmetic: Arithmetic, from: Images, kernel: number, maps: number, random: Random, deviation: number) {
    this.#arithmetic = arithmetic;
    this.#from = from;
    this.#kernel = kernel;
    this.#products = new Products(arithmetic, kernel * kernel * from.maps, maps, random, deviation);
  }

  get parameters() {
    return this.#products.parameters;
  }

  forward(input: Tensor): Tensor {
    const { side, maps } = this.#from;
    const places = (side - this.#kernel + 1) ** 2;
    const windows = likeWith(input.data, input.rows * places, this.#kernel ** 2 * maps);
    this.#eachRun(input.rows, (image, window, length) => {
      windows.data.set(input.data.subarray(image, image + length), window);
    });
    const output = this.#products.forward(windows);
    return reshaped(output, input.rows, places * output.cols);
  }

  backward(errors: Tensor, wanted: boolean): Tensor | undefined {
    const { side, maps } = this.#from;
    const places = (side - this.#kernel + 1) ** 2;
    const windows = this.#products.backward(reshaped(errors, errors.rows * places, errors.cols / places), wanted);
    if (!windows) return undefined;
    const into = likeWith(errors.data, errors.rows, side * side * maps);
    this.#eachRun(errors.rows, (image, window, length) => {
      for (let i = 0; i < length; i++) into.data[image + i] += windows.data[window + i];
    });
    this.#arithmetic.saturateErrors(into);
    return into;
  }

  /** A kernel's row lies together in image and window: where it starts in each, and how long it is. */
  #eachRun(count: number, visit: (image: number, window: number, length: number) => void): void {
    const { side, maps } = this.#from;
    const kernel = this.#kernel;
    const out = side - kernel + 1;
    const length = kernel * maps;
    let window = 0;
    for (let sample = 0; sample < count; sample++) {
      for (let y = 0; y < out; y++) {
        for (let x = 0; x < out; x++) {
          for (let dy = 0; dy < kernel; dy++, window += length) {
            visit(((sample * side + y + dy) * side + x) * maps, window, length);
          }
        }
      }
    }
  }
}

/** The largest of each 2 x 2 places. */
export class MaxPool implements Layer {
  readonly #from: Images;
  #chosen = new Int32Array(0);

  constructor(from: Images) {
    this.#from = from;
  }

  forward(input: Tensor): Tensor {
    const { side, maps } = this.#from;
    const half = side / 2;
    const into = likeWith(input.data, input.rows, half * half * maps);
    this.#chosen = new Int32Array(into.data.length);
    for (let i = 0; i < into.data.length; i++) {
      const map = i % maps;
      const place = (i - map) / maps;
      const [x, row] = [place % half, Math.floor(place / half)];
      // Rows of all samples lie one after another, as many as a side has.
      const corner = (2 * row * side + 2 * x) * maps + map;
      let best = corner;
      for (const other of [corner + maps, corner + side * maps, corner + (side + 1) * maps]) {
        if (input.data[other] > input.data[best]) best = other;
      }
      this.#chosen[i] = best;
      into.data[i] = input.data[best];
    }
    return into;
  }

  backward(errors: Tensor): Tensor {
    const { side, maps } = this.#from;
    const into = likeWith(errors.data, errors.rows, side * side * maps);
    for (let i = 0; i < errors.data.length; i++) into.data[this.#chosen[i]] += errors.data[i];
    return into;
  }
}
