import type { EieArithmetic, EieLayer } from "../eie/golden.ts";
import type { Mlp } from "./mlp.ts";

/** The number formats of a stored network, by the names of the `eie` parameters. */
export interface ModelFormats extends EieArithmetic {
  readonly weightBits: number;
  /** Fraction bits of all activations, the input and the logits included. */
  readonly activationFraction: number;
  /** Fraction bits of the codebooks; equals productShift + dropBits, so results return to the activation format. */
  readonly codebookFraction: number;
}

/** Shares of digits recognised, 0 to 1. */
export interface ModelAccuracy {
  readonly float: number;
  readonly golden: number;
}

/** How a stored network came about; for people, and checked only to be an object. */
export type TrainingRecord = Readonly<Record<string, unknown>>;

/** A trained, compressed network of fully connected layers, and the dense float network it was made from. */
export interface Model {
  readonly name: string;
  readonly summary: string;
  readonly formats: ModelFormats;
  /** Layers in order; the last column of each matrix is the bias, whose activation is 2^activationFraction. */
  readonly layers: readonly EieLayer[];
  /** The dense network in float, biases included. */
  readonly dense: Mlp;
  /** The data: package, seed of the division, and its sizes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly training: TrainingRecord;
  readonly accuracy: { readonly validation: ModelAccuracy; readonly test: ModelAccuracy };
}
