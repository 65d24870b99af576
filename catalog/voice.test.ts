import { describe, expect, it } from "vitest";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import type { VadModel } from "../sw-model/vad/model.ts";
import { loadVad, storedClips } from "../sw-model/vad/stored.ts";
import { eseGenerator } from "./ese.ts";
import { lnzdGenerator } from "./lnzd.ts";
import { runVoice, type VoiceOptions } from "./voice.ts";

const options = (extra: Partial<VoiceOptions>): VoiceOptions => ({
  ...{ engine: "golden", samples: 8, sparsity: 0, prune: "balanced", padding: "zeros", clips: [], reproduce: "" },
  ...extra,
});
const given = (...sets: string[]) => resolveParameters(eseSpec, { sets: ["pes=8", ...sets] });
const clipNamed = (name: string) => storedClips().filter((file) => file.endsWith(`${name}.wav`));

describe("a voice-activity model", () => {
  it("has its LSTM on the hardware, as the golden model says", async () => {
    const clips = clipNamed("cards-1");
    const report = await runVoice(eseGenerator, given(), loadVad(), options({ engine: "wasm", sparsity: 0.9, clips }));
    expect(report).toMatchObject({ samples: 8, mismatches: 0, compared: 8 * 128, saturated: 0 });
    expect(report.accuracy).toBe(report.goldenAccuracy);
    expect(report.cycles).toBeLessThan(8 * 2300);
    expect(report.ioCycles).toBeGreaterThan(report.cycles / 2);
  });

  it("with all its weights in fixed point decides as the original", async () => {
    const report = await runVoice(eseGenerator, given(), loadVad(), options({ samples: 60 }));
    expect(report).toMatchObject({ accuracy: 1, floatAccuracy: 1 });
    expect(report.largestDifference).toBeLessThan(0.02);
    expect(report.clips.map(({ name, hardware }) => [name, hardware.length])).toEqual([
      ["cards-1", 34],
      ["cards-2", 26],
    ]);
  });

  it("keeps all weights at sparsity 0 on any number of PEs, and says how many there are", async () => {
    const some = options({ samples: 20, sparsity: 0 });
    const uneven = await runVoice(eseGenerator, given("pes=100"), loadVad(), some);
    expect(uneven).toMatchObject({ density: 1, saturatedWeights: 0 });
    expect(uneven.meanDifference).toBeLessThan(0.001);
    const banks = await runVoice(
      eseGenerator,
      given(),
      loadVad(),
      options({ samples: 4, sparsity: 0.9, prune: "banks" }),
    );
    expect(banks.density).toBeCloseTo(0.1, 4);
    const balanced = await runVoice(eseGenerator, given(), loadVad(), options({ samples: 4, sparsity: 0.9 }));
    expect(balanced.cycles).toBeLessThan(banks.cycles);
  });

  it("counts weights that no format holds", async () => {
    const model = loadVad();
    const values = model.lstm.input.f.values.slice();
    values[7] = 3000;
    const input = { ...model.lstm.input, f: { ...model.lstm.input.f, values } };
    const report = await runVoice(
      eseGenerator,
      given(),
      { ...model, lstm: { ...model.lstm, input } },
      options({ samples: 2 }),
    );
    expect(report.saturatedWeights).toBe(1);
    const coarse = await runVoice(eseGenerator, given("inputWeightFraction=11"), model, options({ samples: 2 }));
    expect(coarse.saturatedWeights).toBeGreaterThan(1);
  });

  it("is refused where the generator, the parameters or the number of frames do not go with it", async () => {
    const refusal = async (run: Promise<unknown>) =>
      run.then(
        () => "accepted",
        (error: Error) => error.message,
      );
    const model: VadModel = loadVad();
    const clips = clipNamed("cards-1");
    const few = { samples: 1, clips };
    expect([
      await refusal(runVoice(lnzdGenerator, resolveParameters(lnzdGenerator.spec, {}), model, options(few))),
      await refusal(runVoice(eseGenerator, given("peephole=true"), model, options(few))),
      await refusal(runVoice(eseGenerator, given("projection=64"), model, options(few))),
      await refusal(runVoice(eseGenerator, given("entryDepth=1024"), model, options(few))),
      await refusal(runVoice(eseGenerator, given(), model, options({ samples: 35, clips }))),
    ]).toMatchInlineSnapshot(`
      [
        "lnzd cannot run the LSTM of a voice-activity model",
        "the LSTM of the model does not go with peephole = true",
        "the LSTM of the model does not go with projection = 64",
        "the operation needs entryDepth 16384, there is 1024 (set by hand)",
        "the clips have 34 frames",
      ]
    `);
  });
});
