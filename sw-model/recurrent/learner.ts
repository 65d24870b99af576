import { Arena, type Matrix, transpose } from "../linear/gemm.ts";
import type { Random } from "../random.ts";

/** Sizes of an LSTM that reads a sequence and of the linear layer that judges its last output. */
export interface LstmShape {
  readonly inputs: number;
  readonly cells: number;
  readonly steps: number;
  readonly classes: number;
}

/** Elements of x of a sample, step after step: `sequence[step * inputs + i]`. */
export type Sequence = ArrayLike<number>;

/**
 * An LSTM with a linear layer on its last output, trained through time by batches. The parameters of the gates are one matrix, a row for
 * each input, then for each output of the step before, then the biases; columns are the cells of gates i, f, g, o.
 */
export class LstmLearner {
  readonly shape: LstmShape;
  readonly batch: number;
  /** The parameters, and the gradients of the batch that was learned last, summed. */
  readonly gates: Matrix;
  readonly head: Float32Array;
  readonly gateGradients: Matrix;
  readonly headGradients: Float32Array;
  readonly #arena: Arena;
  /** What each step sees: a row for each member of the batch, step after step. */
  readonly #seen: Matrix;
  readonly #seenTurned: Matrix;
  readonly #sums: Matrix;
  readonly #errors: Matrix;
  readonly #seenErrors: Matrix;
  readonly #gatesTurned: Matrix;
  /** The cell state and its tanh of every step, the state zero first. */
  readonly #states: Float32Array;
  readonly #bent: Float32Array;
  readonly #outputs: Float32Array;
  readonly #probabilities: Float32Array;

  constructor(shape: LstmShape, batch: number, random: Random) {
    const { inputs, cells, steps, classes } = shape;
    const rows = inputs + cells + 1;
    const width = 4 * cells;
    const members = steps * batch;
    const shapes: [number, number][] = [
      [rows, width],
      [rows, width],
      [members, rows],
      [rows, members],
      [members, width],
      [members, width],
      [batch, rows],
      [width, rows],
    ];
    this.shape = shape;
    this.batch = batch;
    this.#arena = new Arena(shapes, Math.max(rows, width, members));
    const [gates, gradients, seen, turned, sums, errors, seenErrors, gatesTurned] = shapes.map((size) =>
      this.#arena.matrix(...size),
    );
    this.gates = gates;
    this.gateGradients = gradients;
    this.#seen = seen;
    this.#seenTurned = turned;
    this.#sums = sums;
    this.#errors = errors;
    this.#seenErrors = seenErrors;
    this.#gatesTurned = gatesTurned;
    this.head = new Float32Array(classes * (cells + 1));
    this.headGradients = new Float32Array(this.head.length);
    this.#states = new Float32Array((steps + 1) * batch * cells);
    this.#bent = new Float32Array(members * cells);
    this.#outputs = new Float32Array(batch * cells);
    this.#probabilities = new Float32Array(batch * classes);

    const reach = 1 / Math.sqrt(cells);
    for (let row = 0; row < rows - 1; row++) {
      for (let col = 0; col < width; col++) gates.data[row * gates.stride + col] = random.between(-reach, reach);
    }
    // Cells remember at first: the forget gate starts open.
    gates.data.fill(1, (rows - 1) * gates.stride + cells, (rows - 1) * gates.stride + 2 * cells);
    for (let at = 0; at < this.head.length; at++) this.head[at] = random.between(-reach, reach);
  }

  /** Classes that the network gives to a full batch of sequences. */
  classify(sequences: readonly Sequence[]): number[] {
    this.#forward(sequences);
    const { classes } = this.shape;
    return sequences.map((_, member) => {
      const scores = this.#probabilities.subarray(member * classes, (member + 1) * classes);
      return scores.indexOf(Math.max(...scores));
    });
  }

  /** Leaves the gradients of the cross entropy of a full batch in `gateGradients` and `headGradients`; returns its sum in nats. */
  learn(sequences: readonly Sequence[], labels: ArrayLike<number>): number {
    this.#forward(sequences);
    const { classes, cells } = this.shape;
    let loss = 0;
    this.headGradients.fill(0);
    const outputErrors = new Float32Array(this.batch * cells);
    for (let member = 0; member < this.batch; member++) {
      const shares = this.#probabilities.subarray(member * classes, (member + 1) * classes);
      loss -= Math.log(Math.max(shares[labels[member]], 1e-12));
      shares[labels[member]] -= 1;
      for (let k = 0; k < classes; k++) {
        const start = k * (cells + 1);
        for (let j = 0; j < cells; j++) {
          this.headGradients[start + j] += shares[k] * this.#outputs[member * cells + j];
          outputErrors[member * cells + j] += shares[k] * this.head[start + j];
        }
        this.headGradients[start + cells] += shares[k];
      }
    }
    this.#backward(outputErrors);
    return loss;
  }

  #forward(sequences: readonly Sequence[]): void {
    const { inputs, cells, steps, classes } = this.shape;
    const { batch } = this;
    const seen = this.#seen;
    this.#states.fill(0, 0, batch * cells);
    this.#outputs.fill(0);
    for (let step = 0; step < steps; step++) {
      for (let member = 0; member < batch; member++) {
        const row = (step * batch + member) * seen.stride;
        for (let i = 0; i < inputs; i++) seen.data[row + i] = sequences[member][step * inputs + i];
        seen.data.set(this.#outputs.subarray(member * cells, (member + 1) * cells), row + inputs);
        seen.data[row + inputs + cells] = 1;
      }
      this.#arena.multiply(this.#step(seen, step), this.gates, this.#step(this.#sums, step));
      this.#cells(step);
    }
    for (let member = 0; member < batch; member++) {
      const scores = this.#probabilities.subarray(member * classes, (member + 1) * classes);
      for (let k = 0; k < classes; k++) {
        let sum = this.head[k * (cells + 1) + cells];
        for (let j = 0; j < cells; j++) sum += this.head[k * (cells + 1) + j] * this.#outputs[member * cells + j];
        scores[k] = sum;
      }
      const largest = Math.max(...scores);
      let total = 0;
      for (let k = 0; k < classes; k++) total += scores[k] = Math.exp(scores[k] - largest);
      for (let k = 0; k < classes; k++) scores[k] /= total;
    }
  }

  /** Gates in place of their sums, then states and outputs. */
  #cells(step: number): void {
    const { cells } = this.shape;
    const { batch } = this;
    const { data, stride } = this.#sums;
    for (let member = 0; member < batch; member++) {
      const row = (step * batch + member) * stride;
      const before = (step * batch + member) * cells;
      const after = before + batch * cells;
      for (let j = 0; j < cells; j++) {
        const i = sigmoid(data[row + j]);
        const f = sigmoid(data[row + cells + j]);
        const g = Math.tanh(data[row + 2 * cells + j]);
        const o = sigmoid(data[row + 3 * cells + j]);
        const state = f * this.#states[before + j] + i * g;
        const bent = Math.tanh(state);
        data[row + j] = i;
        data[row + cells + j] = f;
        data[row + 2 * cells + j] = g;
        data[row + 3 * cells + j] = o;
        this.#states[after + j] = state;
        this.#bent[before + j] = bent;
        this.#outputs[member * cells + j] = o * bent;
      }
    }
  }

  #backward(outputErrors: Float32Array): void {
    const { inputs, cells, steps } = this.shape;
    const { batch } = this;
    const { data: gate, stride } = this.#sums;
    const errors = this.#errors.data;
    const stateErrors = new Float32Array(batch * cells);
    transpose(this.gates, this.#gatesTurned);
    for (let step = steps - 1; step >= 0; step--) {
      for (let member = 0; member < batch; member++) {
        const row = (step * batch + member) * stride;
        const before = (step * batch + member) * cells;
        for (let j = 0; j < cells; j++) {
          const at = member * cells + j;
          const [i, f] = [gate[row + j], gate[row + cells + j]];
          const [g, o] = [gate[row + 2 * cells + j], gate[row + 3 * cells + j]];
          const bent = this.#bent[before + j];
          const state = stateErrors[at] + outputErrors[at] * o * (1 - bent * bent);
          errors[row + j] = state * g * i * (1 - i);
          errors[row + cells + j] = state * this.#states[before + j] * f * (1 - f);
          errors[row + 2 * cells + j] = state * i * (1 - g * g);
          errors[row + 3 * cells + j] = outputErrors[at] * bent * o * (1 - o);
          stateErrors[at] = state * f;
        }
      }
      if (step === 0) break;
      this.#arena.multiply(this.#step(this.#errors, step), this.#gatesTurned, this.#seenErrors);
      for (let member = 0; member < batch; member++) {
        const from = member * this.#seenErrors.stride + inputs;
        outputErrors.set(this.#seenErrors.data.subarray(from, from + cells), member * cells);
      }
    }
    transpose(this.#seen, this.#seenTurned);
    this.#arena.multiply(this.#seenTurned, this.#errors, this.gateGradients);
  }

  /** The rows of one step. */
  #step({ cols, stride, data }: Matrix, step: number): Matrix {
    return { rows: this.batch, cols, stride, data: data.subarray(step * this.batch * stride) };
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
