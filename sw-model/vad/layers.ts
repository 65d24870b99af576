import { type Convolution, contextSamples, frameSamples, stft, type VadModel } from "./model.ts";

/**
 * What the LSTM gets of one frame: `context` samples of the frame before, then the frame's own, -1 to 1. The frame is continued by
 * its mirror image, cut into windows and transformed; of the magnitudes come 128 features, which are never negative.
 */
export function features({ basis, encoder }: VadModel, samples: ArrayLike<number>): Float32Array {
  return encoder.reduce(convolved, magnitudes(basis, samples)).values;
}

/** Windows of a frame with its context, one every `hop` samples. */
const windows = (contextSamples + frameSamples + stft.reflected - stft.window) / stft.hop + 1;

/** Values over time: `values[channel * steps + step]`. */
interface Signal {
  readonly steps: number;
  readonly values: Float32Array;
}

/** Magnitudes of the short-time Fourier transform. */
function magnitudes(basis: Float32Array, samples: ArrayLike<number>): Signal {
  const { window, hop, reflected, bins } = stft;
  const length = samples.length;
  const padded = Float32Array.from({ length: length + reflected }, (_, i) =>
    i < length ? samples[i] : samples[2 * length - 2 - i],
  );
  const part = (row: number, from: number) => {
    let sum = 0;
    for (let i = 0; i < window; i++) sum += basis[row * window + i] * padded[from + i];
    return sum;
  };
  const values = new Float32Array(bins * windows);
  for (let bin = 0; bin < bins; bin++) {
    for (let t = 0; t < windows; t++) {
      values[bin * windows + t] = Math.hypot(part(bin, t * hop), part(bins + bin, t * hop));
    }
  }
  return { steps: windows, values };
}

/** A convolution with zeros beside the signal, then the positive part. */
function convolved({ steps, values }: Signal, { outputs, inputs, taps, stride, weights, bias }: Convolution): Signal {
  const padding = (taps - 1) / 2;
  const outputSteps = Math.floor((steps + 2 * padding - taps) / stride) + 1;
  const result = new Float32Array(outputs * outputSteps);
  for (let o = 0; o < outputs; o++) {
    for (let t = 0; t < outputSteps; t++) {
      let sum = bias[o];
      for (let tap = 0; tap < taps; tap++) {
        const at = t * stride + tap - padding;
        if (at < 0 || at >= steps) continue;
        for (let i = 0; i < inputs; i++) sum += weights[(o * inputs + i) * taps + tap] * values[i * steps + at];
      }
      result[o * outputSteps + t] = Math.max(0, sum);
    }
  }
  return { steps: outputSteps, values: result };
}

/** The probability of speech, of the LSTM's output. */
export function speechOf({ decoder: { weights, bias } }: VadModel, y: ArrayLike<number>): number {
  let sum = bias;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * Math.max(0, y[i]);
  return 1 / (1 + Math.exp(-sum));
}

/** The features of every whole frame of a clip; samples that do not fill a frame are left out. */
export function clipFeatures(model: VadModel, clip: Float32Array): Float32Array[] {
  const samples = new Float32Array(contextSamples + clip.length);
  samples.set(clip, contextSamples);
  return Array.from({ length: Math.floor(clip.length / frameSamples) }, (_, frame) => {
    const start = frame * frameSamples;
    return features(model, samples.subarray(start, start + contextSamples + frameSamples));
  });
}
