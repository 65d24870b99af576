// What ONNX Runtime gives for the stored clips, frame by frame: writes sw-model/vad/fixtures/onnxruntime.json.
// Needs onnxruntime-web and the model's ONNX file, which the project itself does not: see `make vad-reference`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [packages, clips = "models/silero-vad/clips", into = "sw-model/vad/fixtures"] = process.argv.slice(2);
const require = createRequire(join(resolve(packages), "package.json"));
const runtime = require("onnxruntime-web");
runtime.env.wasm.numThreads = 1;
const file = join(packages, "node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx");
const session = await runtime.InferenceSession.create(readFileSync(file));
const rate = new runtime.Tensor("int64", BigInt64Array.of(16000n), [1]);

const probabilities = {};
const states = {};
for (const name of readdirSync(clips).sort()) {
  const bytes = readFileSync(join(clips, name)).subarray(44);
  const samples = Float32Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i) / 32768);
  const padded = new Float32Array(64 + samples.length);
  padded.set(samples, 64);
  let state = new runtime.Tensor("float32", new Float32Array(256), [2, 1, 128]);
  probabilities[name] = [];
  for (let start = 0; start + 512 <= samples.length; start += 512) {
    const input = new runtime.Tensor("float32", padded.slice(start, start + 576), [1, 576]);
    const { output, stateN } = await session.run({ input, state, sr: rate });
    state = stateN;
    probabilities[name].push(Number(output.data[0].toFixed(7)));
  }
  // y, then c, after the last frame.
  const [y, c] = [state.data.slice(0, 128), state.data.slice(128)];
  states[name] = { y: Array.from(y, (v) => Number(v.toFixed(6))), c: Array.from(c, (v) => Number(v.toFixed(6))) };
}
mkdirSync(into, { recursive: true });
const first = Object.keys(states)[0];
const document = {
  runtime: `onnxruntime-web ${runtime.env.versions.web}`,
  probabilities,
  states: { [first]: states[first] },
};
writeFileSync(join(into, "onnxruntime.json"), `${JSON.stringify(document)}\n`);
