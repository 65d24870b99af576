import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { readBytes, readJson } from "../json.ts";
import { sha256 } from "../model/packed.ts";
import { modelsFolder } from "../model/store.ts";
import { asObject, asString, inside, root } from "../shape.ts";
import type { DenseLstm } from "./lstm.ts";
import { type Gate, gates } from "./network.ts";
import type { DenseMatrix } from "./prune.ts";
import { sileroSize } from "./silero.ts";

const folderName = "silero-vad-lstm";
const matrixLength = sileroSize * sileroSize;

/** Writes the LSTM as float32: the matrices of x, of y, then the biases, each i, f, g, o; with where they came from. */
export function storeSilero({ input, recurrent, bias }: DenseLstm, origin: string, into = modelsFolder()): void {
  const parts = [
    ...gates.map((gate) => input[gate].values),
    ...gates.map((gate) => recurrent[gate].values),
    ...gates.map((gate) => bias[gate]),
  ];
  const bytes = Buffer.concat(parts.map((values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)));
  const about = {
    summary: "The LSTM of the Silero voice-activity model, version 5, 16 kHz: 128 inputs, 128 cells",
    origin,
    licence: "MIT, Silero Team",
    sha256: sha256(bytes),
  };
  const folder = join(into, folderName);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "float.bin"), bytes);
  writeFileSync(join(folder, "lstm.json"), `${JSON.stringify(about, null, 1)}\n`);
}

/** The stored LSTM of the Silero model. Throws `UserError` bad-checksum where the file was damaged. */
export function loadSilero(from = modelsFolder()): DenseLstm {
  const folder = join(from, folderName);
  const json = join(folder, "lstm.json");
  const fields = asObject(readJson(json), root(json), ["summary", "origin", "licence", "sha256"]);
  const expected = asString(fields.sha256, inside(root(json), "sha256"));
  const file = join(folder, "float.bin");
  const bytes = readBytes(file);
  const found = sha256(bytes);
  if (found !== expected) {
    const message = `${file} is damaged: its SHA-256 is not the one in lstm.json`;
    throw new UserError({ code: "bad-checksum", message, where: `${file}: byte 0`, expected, found });
  }
  const floats = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  const byGate = <T>(make: (g: number) => T) =>
    Object.fromEntries(gates.map((gate, g) => [gate, make(g)])) as Record<Gate, T>;
  const matrix = (at: number): DenseMatrix => ({
    rows: sileroSize,
    cols: sileroSize,
    values: floats.slice(at * matrixLength, (at + 1) * matrixLength),
  });
  const biases = 2 * gates.length * matrixLength;
  return {
    input: byGate((g) => matrix(g)),
    recurrent: byGate((g) => matrix(gates.length + g)),
    bias: byGate((g) => floats.slice(biases + g * sileroSize, biases + (g + 1) * sileroSize)),
  };
}
