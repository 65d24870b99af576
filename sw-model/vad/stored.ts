import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { readJson } from "../json.ts";
import { checkFormat } from "../model/envelope.ts";
import { sha256 } from "../model/packed.ts";
import { modelsFolder } from "../model/store.ts";
import { readBytes } from "../read-file.ts";
import { asNumber, asObject, asString, inside, root } from "../shape.ts";
import { type VadModel, type VadRanges, vadTensors } from "./model.ts";
import { vadOfOnnx } from "./onnx.ts";
import { vadOf } from "./tensors.ts";

/** The name of the stored model. */
export const vadName = "silero-vad";

/** The format of its `model.json`. */
export const vadFormat = "whittle-voice-activity";

const about = {
  format: vadFormat,
  version: 1,
  summary:
    "The Silero voice-activity model, version 5, 16 kHz: Fourier magnitudes, four convolutions, an LSTM of 128 cells",
  licence: "MIT, Silero Team",
};

/** Writes the tensors as float32, in the order of `vadTensors`, with the ranges of the LSTM and where they came from. */
export function storeVad(
  tensors: readonly Float32Array[],
  ranges: VadRanges,
  origin: string,
  into = modelsFolder(),
): void {
  const bytes = Buffer.concat(
    tensors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
  const folder = join(into, vadName);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "float.bin"), bytes);
  writeFileSync(
    join(folder, "model.json"),
    `${JSON.stringify({ ...about, origin, ranges, sha256: sha256(bytes) }, null, 1)}\n`,
  );
}

/** Whether a model's name on the command line means a voice-activity model: a stored one, or an ONNX file. */
export function isVoiceActivity(name: string): boolean {
  return name === vadName || name.endsWith(".onnx");
}

/** A voice-activity model by its name. Throws `UserError`: file-not-found, bad-onnx, unexpected-model, not-finite, bad-checksum. */
export function vadNamed(name: string): VadModel {
  return name === vadName ? loadVad() : vadOfOnnx(readBytes(name), name).model;
}

/** The stored model. Throws `UserError` bad-checksum where the file was damaged. */
export function loadVad(from = modelsFolder()): VadModel {
  const folder = join(from, vadName);
  const json = join(folder, "model.json");
  const fields = asObject(readJson(json), root(json), [
    "format",
    "version",
    "summary",
    "licence",
    "origin",
    "ranges",
    "sha256",
  ]);
  checkFormat(fields, [vadFormat], root(json));
  const expected = asString(fields.sha256, inside(root(json), "sha256"));
  const file = join(folder, "float.bin");
  const bytes = readBytes(file);
  const found = sha256(bytes);
  if (found !== expected) {
    const message = `${file} is damaged: its SHA-256 is not the one in model.json`;
    throw new UserError({ code: "bad-checksum", message, where: `${file}: byte 0`, expected, found });
  }
  const rangesAt = inside(root(json), "ranges");
  const { input, state } = asObject(fields.ranges, rangesAt, ["input", "state"]);
  const ranges = {
    input: asNumber(input, inside(rangesAt, "input")),
    state: asNumber(state, inside(rangesAt, "state")),
  };
  const tensors = new Map<string, Float32Array>();
  let at = 0;
  for (const { name, dims } of vadTensors) {
    const length = dims.reduce((product, dim) => product * dim, 1);
    tensors.set(
      name,
      Float32Array.from({ length }, (_, i) => bytes.readFloatLE(at + 4 * i)),
    );
    at += 4 * length;
  }
  return { ...vadOf(vadName, (name) => tensors.get(name) ?? new Float32Array(0)), ranges };
}

/** Paths of the stored speech clips, sorted. */
export function storedClips(from = modelsFolder()): string[] {
  const folder = join(from, vadName, "clips");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".wav"));
  return names.sort().map((name) => join(folder, name));
}
