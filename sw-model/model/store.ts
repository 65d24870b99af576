import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearestNames, UserError } from "../errors.ts";
import { readJson } from "../json.ts";
import { readBytes } from "../read-file.ts";
import { root } from "../shape.ts";
import { compressionOf } from "./compression.ts";
import { checkFormat, modelText } from "./envelope.ts";
import type { Mlp } from "./mlp.ts";
import type { Model, SparseModel } from "./model.ts";
import { packMatrix, sha256 } from "./packed.ts";
import { parseModel, sparseFormat } from "./parse.ts";
import { binaryContent, binaryFormat, parseBinaryModel } from "./parse-binary.ts";
import { convolutionalContent, convolutionalFormat, parseConvolutionalModel } from "./parse-convolutional.ts";

/** The folder of the stored models: `models` beside the nearest package.json above this file. */
export function modelsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, "models");
}

const formats = { sparse: sparseFormat, binary: binaryFormat, "binary-convolutional": convolutionalFormat } as const;

/** Names of the stored models of these kinds, sorted. */
export function listModels(kinds = Object.keys(formats) as readonly Model["kind"][]): string[] {
  const folder = modelsFolder();
  if (!existsSync(folder)) return [];
  const wanted: readonly unknown[] = kinds.map((kind) => formats[kind]);
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "model.json")))
    .filter((name) => wanted.includes((readJson(join(folder, name, "model.json")) as { format?: unknown })?.format))
    .sort();
}

/**
 * Loads a model by the name of a stored one or by the path of a folder that holds `model.json` (and, where it is
 * sparse, `float.bin`). An error for an unknown name offers those of `kinds`. Throws `UserError` (exit 2): unknown-model, file-not-found, not-json, wrong-shape,
 * value-out-of-range, unknown-version, bad-checksum, each with the file and the JSON path or byte offset.
 */
export function loadModel(nameOrFolder: string, kinds?: readonly Model["kind"][]): Model {
  const folder = findFolder(nameOrFolder, kinds);
  const jsonFile = join(folder, "model.json");
  const document = readJson(jsonFile);
  const format = checkFormat(document, [sparseFormat, binaryFormat, convolutionalFormat], root(jsonFile));
  if (format === binaryFormat) return parseBinaryModel(document, jsonFile);
  if (format === convolutionalFormat) return parseConvolutionalModel(document, jsonFile);
  const { float, sizes, ...model } = parseModel(document, jsonFile);
  const floatFile = join(folder, float.file);
  return { ...model, dense: unpackFloat(readBytes(floatFile), sizes, float.sha256, floatFile) };
}

/** `loadModel` for a model that must be of one kind. Throws `UserError` model-conflict too. */
export function loadModelOf<K extends Model["kind"]>(kind: K, nameOrFolder: string): Extract<Model, { kind: K }> {
  const model = loadModel(nameOrFolder, [kind]);
  if (isOfKind(model, kind)) return model;
  throw new UserError({
    code: "model-conflict",
    message: `${nameOrFolder} is a ${model.kind} model`,
    where: nameOrFolder,
    expected: `a ${kind} model`,
    found: `a ${model.kind} model`,
  });
}

function isOfKind<K extends Model["kind"]>(model: Model, kind: K): model is Extract<Model, { kind: K }> {
  return model.kind === kind;
}

/** `model.json`, and `float.bin` where the model is sparse; the same model gives the same bytes. */
export function modelFiles(model: Model): { readonly name: string; readonly content: string | Buffer }[] {
  if (model.kind === "binary") {
    return [{ name: "model.json", content: modelText(binaryFormat, binaryContent(model)) }];
  }
  if (model.kind === "binary-convolutional") {
    return [{ name: "model.json", content: modelText(convolutionalFormat, convolutionalContent(model)) }];
  }
  const float = Buffer.concat(model.dense.weights.map(floatBytes));
  return [
    { name: "float.bin", content: float },
    { name: "model.json", content: modelText(sparseFormat, sparseContent(model, float)) },
  ];
}

/** Writes the files of a model into a folder, which is made where it is not there. */
export function saveModel(model: Model, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, content } of modelFiles(model)) writeFileSync(join(folder, name), content);
}

function sparseContent(model: SparseModel, float: Buffer): Readonly<Record<string, unknown>> {
  const { name, summary, formats, layers, data, training, accuracy } = model;
  return {
    name,
    summary,
    formats,
    data,
    training,
    accuracy,
    sizes: compressionOf({ layers }),
    layers: layers.map(({ matrix, codebook, relu }) => ({
      rows: matrix.rows,
      cols: matrix.cols,
      relu,
      codebook,
      ...packMatrix(matrix),
    })),
    float: { file: "float.bin", bytes: float.length, sha256: sha256(float) },
  };
}

function floatBytes(weights: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * weights.length);
  weights.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i);
  });
  return bytes;
}

function unpackFloat(bytes: Buffer, sizes: readonly number[], checksum: string, file: string): Mlp {
  const lengths = sizes.slice(1).map((outputs, layer) => (sizes[layer] + 1) * outputs);
  const expected = 4 * lengths.reduce((a, b) => a + b, 0);
  if (bytes.length !== expected) {
    throw new UserError({
      code: "wrong-shape",
      message: `${file} has ${bytes.length} bytes, expected ${expected}`,
      where: `${file}: byte ${Math.min(bytes.length, expected)}`,
      expected: `${expected} bytes: the float32 weights of layers ${sizes.join("-")}`,
      found: `${bytes.length} bytes`,
    });
  }
  const found = sha256(bytes);
  if (found !== checksum) throw badChecksum(file, checksum, found);
  let at = 0;
  const weights = lengths.map((length) => Float32Array.from({ length }, () => bytes.readFloatLE(4 * at++)));
  return { sizes, weights };
}

function badChecksum(file: string, expected: string, found: string): UserError {
  const message = `${file} is damaged: its SHA-256 is not the one in model.json`;
  return new UserError({ code: "bad-checksum", message, where: `${file}: byte 0`, expected, found });
}

function findFolder(nameOrFolder: string, kinds?: readonly Model["kind"][]): string {
  const stored = join(modelsFolder(), nameOrFolder);
  if (/^[\w.-]+$/.test(nameOrFolder) && existsSync(join(stored, "model.json"))) return stored;
  if (basename(nameOrFolder) === "model.json" && existsSync(nameOrFolder)) return dirname(nameOrFolder);
  if (existsSync(nameOrFolder)) return nameOrFolder;
  const names = listModels(kinds);
  if (/^[\w.-]+$/.test(nameOrFolder) && existsSync(stored)) throw otherForm(nameOrFolder, names);
  const near = nearestNames(nameOrFolder, names);
  throw new UserError({
    code: "unknown-model",
    message: `there is no model "${nameOrFolder}"`,
    where: nameOrFolder,
    expected: `one of ${names.join(", ")}, or a folder that holds model.json`,
    found: nameOrFolder,
    ...(near.length > 0 ? { hint: `did you mean ${near.join(" or ")}?` } : {}),
  });
}

/** Of a folder among the stored models without `model.json`. */
function otherForm(name: string, names: readonly string[]): UserError {
  return new UserError({
    code: "model-conflict",
    message: `${name} is stored, but not as a network of layers: it has no model.json`,
    where: name,
    expected: `one of ${names.join(", ")}, or a folder that holds model.json`,
    found: name,
    hint: "lstm-mnist, a recurrent model, is for `whittle bench ese`",
  });
}
