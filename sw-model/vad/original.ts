import { basename } from "node:path";
import { checkRate, parseWave } from "../audio/wave.ts";
import { UserError } from "../errors.ts";
import { denseFloat } from "../ese/dense-float.ts";
import { type FloatNetwork, floatStep } from "../ese/float.ts";
import { readBytes } from "../read-file.ts";
import { clipFeatures, speechOf } from "./layers.ts";
import { frameSamples, lstmSize, sampleRate, type VadModel, type VadRanges } from "./model.ts";

/** A clip as the LSTM sees it: its features, frame by frame. */
export interface Clip {
  readonly name: string;
  readonly features: readonly Float32Array[];
}

/**
 * Reads a clip. Throws `UserError`: file-not-found, bad-wave, unexpected-wave, wrong-sample-rate, and too-short-clip where it does
 * not fill a frame.
 */
export function readClip(model: VadModel, file: string): Clip {
  const wave = parseWave(readBytes(file), file);
  checkRate(wave, sampleRate, file);
  if (wave.samples.length < frameSamples) {
    throw new UserError({
      code: "too-short-clip",
      message: `${file} has ${wave.samples.length} samples, fewer than a frame`,
      where: file,
      expected: `at least ${frameSamples} samples`,
      found: `${wave.samples.length}`,
    });
  }
  return { name: basename(file, ".wav"), features: clipFeatures(model, wave.samples) };
}

/** The largest magnitudes that the LSTM's inputs and cell states take on clips, in float. */
export function rangesOf(model: VadModel, clips: readonly Clip[]): VadRanges {
  const lstm = denseFloat(model.lstm);
  const all = clips.map((clip) => floatProbabilities(model, lstm, clip).ranges);
  return {
    input: Math.max(...all.map(({ input }) => input)),
    state: Math.max(...all.map(({ state }) => state)),
  };
}

/** The probability of speech of every frame of a clip in float, and the largest magnitudes of the LSTM's inputs and cell states. */
export function floatProbabilities(model: VadModel, lstm: FloatNetwork, { features }: Clip) {
  const ranges = { input: 0, state: 0 };
  let state: { c: readonly number[]; y: readonly number[] } = {
    c: new Array(lstmSize).fill(0),
    y: new Array(lstmSize).fill(0),
  };
  const probabilities = features.map((x) => {
    state = floatStep(lstm, Array.from(x), state);
    for (const value of x) ranges.input = Math.max(ranges.input, Math.abs(value));
    for (const value of state.c) ranges.state = Math.max(ranges.state, Math.abs(value));
    return speechOf(model, state.y);
  });
  return { probabilities, ranges };
}
