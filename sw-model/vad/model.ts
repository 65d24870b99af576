import type { DenseLstm } from "../ese/lstm.ts";

/** A convolution over time: weights `[output][input][tap]`, one zero of padding on either side where there are three taps. */
export interface Convolution {
  readonly outputs: number;
  readonly inputs: number;
  readonly taps: number;
  readonly stride: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The Silero voice-activity model, version 5, for 16 kHz: magnitudes of a short-time Fourier transform, four convolutions, an LSTM,
 * and the probability that the frame holds speech.
 */
export interface VadModel {
  readonly name: string;
  /** Rows of the transform: 129 real parts, then 129 imaginary ones, of `window` samples each. */
  readonly basis: Float32Array;
  readonly encoder: readonly Convolution[];
  readonly lstm: DenseLstm;
  /** One weight for each output of the LSTM. */
  readonly decoder: { readonly weights: Float32Array; readonly bias: number };
  /** Largest magnitudes of the LSTM's inputs and cell states on the stored clips, where they were taken. */
  readonly ranges?: VadRanges;
}

export interface VadRanges {
  readonly input: number;
  readonly state: number;
}

/** Samples a second, new samples of a frame, and samples of the frame before that stand in front of them. */
export const sampleRate = 16_000;
export const frameSamples = 512;
export const contextSamples = 64;

/** The transform: samples of a window, samples from one to the next, reflected samples behind the frame, magnitudes. */
export const stft = { window: 256, hop: 128, reflected: 64, bins: 129 } as const;

/** Inputs and cells of the LSTM. */
export const lstmSize = 128;

/** Outputs, inputs and stride of the convolutions of the encoder, three taps each. */
export const encoderShapes = [
  { outputs: 128, inputs: stft.bins, taps: 3, stride: 1 },
  { outputs: 64, inputs: 128, taps: 3, stride: 2 },
  { outputs: 64, inputs: 64, taps: 3, stride: 2 },
  { outputs: lstmSize, inputs: 64, taps: 3, stride: 1 },
] as const;

/** The model's tensors by the ends of their names in the ONNX file, in the order in which they are stored. */
export const vadTensors: readonly { readonly name: string; readonly dims: readonly number[] }[] = [
  { name: "stft.forward_basis_buffer", dims: [2 * stft.bins, 1, stft.window] },
  ...encoderShapes.flatMap(({ outputs, inputs, taps }, layer) => [
    { name: `encoder.${layer}.reparam_conv.weight`, dims: [outputs, inputs, taps] },
    { name: `encoder.${layer}.reparam_conv.bias`, dims: [outputs] },
  ]),
  { name: "decoder.rnn.weight_ih", dims: [4 * lstmSize, lstmSize] },
  { name: "decoder.rnn.weight_hh", dims: [4 * lstmSize, lstmSize] },
  { name: "decoder.rnn.bias_ih", dims: [4 * lstmSize] },
  { name: "decoder.rnn.bias_hh", dims: [4 * lstmSize] },
  { name: "decoder.decoder.2.weight", dims: [1, lstmSize, 1] },
  { name: "decoder.decoder.2.bias", dims: [1] },
];
