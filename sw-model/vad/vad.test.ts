import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { parseWave } from "../audio/wave.ts";
import { denseFloat } from "../ese/dense-float.ts";
import { floatStep } from "../ese/float.ts";
import { clipFeatures, speechOf } from "./layers.ts";
import { frameSamples, lstmSize } from "./model.ts";
import { loadVad, storedClips } from "./stored.ts";

/** What onnxruntime-web 1.30 gives, made by scripts/vad-reference.mjs. */
const reference = JSON.parse(readFileSync(new URL("./fixtures/onnxruntime.json", import.meta.url), "utf8")) as {
  probabilities: Record<string, number[]>;
  states: Record<string, { y: number[]; c: number[] }>;
};

describe("the voice-activity model in float", () => {
  const model = loadVad();
  const lstm = denseFloat(model.lstm);

  it.each(storedClips())("gives what ONNX Runtime gives on every frame of %s", (clip) => {
    const { samples } = parseWave(readFileSync(clip), clip);
    const frames = clipFeatures(model, samples);
    expect(frames.length).toBe(Math.floor(samples.length / frameSamples));
    const name = basename(clip);
    const expected = reference.probabilities[name];
    expect(frames.length).toBe(expected.length);
    let state = { c: new Array<number>(lstmSize).fill(0), y: new Array<number>(lstmSize).fill(0) };
    frames.forEach((x, frame) => {
      state = floatStep(lstm, Array.from(x), state) as typeof state;
      expect(Math.abs(speechOf(model, state.y) - expected[frame]), `frame ${frame}`).toBeLessThan(2e-5);
    });
    const last = reference.states[name];
    last?.y.forEach((value, i) => {
      expect(state.y[i]).toBeCloseTo(value, 4);
      expect(state.c[i]).toBeCloseTo(last.c[i], 4);
    });
  });
});
