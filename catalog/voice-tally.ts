import { compareDeep } from "../testbench/compare.ts";
import type { RunMismatch } from "./run.ts";

/** Probabilities of speech of a clip's frames: of the original model in float, and of the engine. */
export interface VoiceClip {
  readonly name: string;
  readonly original: readonly number[];
  readonly hardware: readonly number[];
}

/** A clip's probabilities by everyone who computes them. */
export interface ClipProbabilities {
  readonly original: readonly number[];
  readonly hardware: readonly number[];
  readonly golden: readonly number[];
  /** The pruned LSTM in float. */
  readonly pruned: readonly number[];
}

type Outputs = readonly (readonly number[])[];

/** What a run over clips adds up, frame by frame. */
export class VoiceTally {
  readonly clips: VoiceClip[] = [];
  readonly #reproduce: string;
  #frames = 0;
  #right = 0;
  #goldenRight = 0;
  #prunedRight = 0;
  #difference = 0;
  #largest = 0;
  #compared = 0;
  #mismatches = 0;
  #first: RunMismatch | undefined;

  /** `reproduce` is the command that shows a mismatch again. */
  constructor(reproduce: string) {
    this.#reproduce = reproduce;
  }

  get frames(): number {
    return this.#frames;
  }

  get mismatches(): number {
    return this.#mismatches;
  }

  /** Outputs of the LSTM and cycles of the next clip, golden model against hardware. */
  compare(name: string, expected: Outputs, got: Outputs, cycles: { readonly expected: number; readonly got: number }) {
    got.forEach((frame, t) => {
      const { compared, first } = compareDeep([...expected[t]], [...frame]);
      this.#compared += compared;
      if (first) this.#differs({ sample: this.#frames + t, element: first.path, ...first });
    });
    if (cycles.got !== cycles.expected) {
      this.#differs({ sample: this.#frames, element: `cycles of ${name}`, ...cycles });
    }
  }

  /** The next clip's decisions against the original model's. */
  judge(name: string, { original, hardware, golden, pruned }: ClipProbabilities): void {
    const agreeing = (values: readonly number[]) =>
      values.filter((value, frame) => isSpeech(value) === isSpeech(original[frame])).length;
    this.#right += agreeing(hardware);
    this.#goldenRight += agreeing(golden);
    this.#prunedRight += agreeing(pruned);
    original.forEach((wanted, frame) => {
      const difference = Math.abs(hardware[frame] - wanted);
      this.#difference += difference;
      this.#largest = Math.max(this.#largest, difference);
    });
    this.#frames += original.length;
    this.clips.push({ name, original, hardware });
  }

  /** The figures of a `VoiceReport`. */
  report() {
    const frames = this.#frames;
    return {
      samples: frames,
      accuracy: this.#right / frames,
      goldenAccuracy: this.#goldenRight / frames,
      floatAccuracy: this.#prunedRight / frames,
      meanDifference: this.#difference / frames,
      largestDifference: this.#largest,
      compared: this.#compared,
      mismatches: this.#mismatches,
      ...(this.#first ? { first: this.#first } : {}),
      clips: this.clips,
    };
  }

  #differs({ sample, element, expected, got }: Omit<RunMismatch, "reproduce">): void {
    this.#mismatches++;
    this.#first ??= { sample, element, expected, got, reproduce: this.#reproduce };
  }
}

/** The model's own decision. */
const isSpeech = (probability: number) => probability >= 0.5;
