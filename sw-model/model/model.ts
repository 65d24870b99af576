import type { CnnLayer } from "../bcnn/golden.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import type { MapShape } from "../conv/spec.ts";
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

/** A stored network: fully connected layers, or convolutions before them. */
export type Model = SparseModel | BinaryModel | ConvolutionalModel;

interface ModelFacts {
  readonly name: string;
  readonly summary: string;
  /** The data: package, seed of the division, and its sizes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly training: TrainingRecord;
}

/** A trained, compressed network, and the dense float network it was made from. */
export interface SparseModel extends ModelFacts {
  readonly kind: "sparse";
  readonly formats: ModelFormats;
  /** Layers in order; the last column of each matrix is the bias, whose activation is 2^activationFraction. */
  readonly layers: readonly EieLayer[];
  /** The dense network in float, biases included. */
  readonly dense: Mlp;
  readonly accuracy: Accuracies;
}

export interface Accuracies {
  readonly validation: ModelAccuracy;
  readonly test: ModelAccuracy;
}

/** What the networks of binary weights and activations have in common. */
interface BinaryFacts extends ModelFacts {
  /** An input value from this one on is bit 1 (+1), below it bit 0 (-1). */
  readonly inputThreshold: number;
  /** Absent where nobody measured it, as in an imported network. */
  readonly accuracy?: Accuracies;
  /** The class that a float network of the same shape gives for each test digit; absent where there is none. */
  readonly floatPredictions?: readonly number[];
}

/** A network of binary weights and activations; the last layer's largest dot product (the first of equals) is the class. */
export interface BinaryModel extends BinaryFacts {
  readonly kind: "binary";
  /** All but the last have thresholds. */
  readonly layers: readonly BinaryLayer[];
}

/** The same with convolutions before the dense layers, of which there is at least one. */
export interface ConvolutionalModel extends BinaryFacts {
  readonly kind: "binary-convolutional";
  /** The maps that enter; an image has their values row by row, and of a pixel all channels. */
  readonly input: MapShape;
  /** All but the last have thresholds; the last one is dense. */
  readonly layers: readonly CnnLayer[];
}
