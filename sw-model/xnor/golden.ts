import { type BitMatrix, unpackBits } from "../binary/bits.ts";
import { type BinaryLayer, binaryDots, binaryOutputs } from "../binary/layer.ts";

/** One layer and the vectors that go through it; `inputs` has a row a vector and as many columns as the weights. */
export interface XnorOperation extends BinaryLayer {
  readonly inputs: BitMatrix;
}

/** A row an input: dot products, or bits where the last layer has thresholds. */
export type BinaryResult =
  | { readonly dot: number[][] }
  | { readonly bits: number[][] }
  /** Scaled dot products, which only a `bnn` operation asks for. */
  | { readonly y: number[][] };

/** The rows, whatever they are. */
export function resultRows(result: BinaryResult): number[][] {
  if ("dot" in result) return result.dot;
  return "bits" in result ? result.bits : result.y;
}

/** The result of an `xnor` operation (contract, numbers, rule 4). The caller has checked the shapes. */
export function goldenXnor({ weights, thresholds, inputs }: XnorOperation): BinaryResult {
  if (thresholds) return { bits: unpackBits(binaryOutputs(weights, thresholds, inputs)) };
  return { dot: binaryDots(weights, inputs).map((row) => Array.from(row)) };
}
