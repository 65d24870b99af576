import type { Matrix } from "../linear/gemm.ts";

/** Softmax cross-entropy in nats, or the squared hinge of an L2-SVM (BNN, section 2: mean of max(0, 1 - t z)^2). */
export type Loss = "cross-entropy" | "squared-hinge";

/** The loss summed over the rows of `scores` (a column a class); writes its gradient into `gradient`. */
export function lossAndGradient(kind: Loss, scores: Matrix, labels: ArrayLike<number>, gradient: Matrix): number {
  let total = 0;
  for (let r = 0; r < scores.rows; r++) {
    const from = r * scores.stride;
    const row = scores.data.subarray(from, from + scores.cols);
    const into = gradient.data.subarray(from, from + scores.cols);
    total += kind === "cross-entropy" ? crossEntropy(row, labels[r], into) : squaredHinge(row, labels[r], into);
  }
  return total;
}

function crossEntropy(scores: Float32Array, label: number, gradient: Float32Array): number {
  const top = scores.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let c = 0; c < scores.length; c++) {
    gradient[c] = Math.exp(scores[c] - top);
    total += gradient[c];
  }
  for (let c = 0; c < scores.length; c++) gradient[c] /= total;
  gradient[label] -= 1;
  return Math.log(total) + top - scores[label];
}

function squaredHinge(scores: Float32Array, label: number, gradient: Float32Array): number {
  let total = 0;
  for (let c = 0; c < scores.length; c++) {
    const target = c === label ? 1 : -1;
    const short = Math.max(0, 1 - target * scores[c]);
    total += (short * short) / scores.length;
    gradient[c] = (-2 * target * short) / scores.length;
  }
  return total;
}
