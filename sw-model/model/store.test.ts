import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { sha256 } from "./packed.ts";
import { loadModel, modelsFolder, saveModel } from "./store.ts";

const original = join(modelsFolder(), "lenet-300-100");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-model-"));
  cpSync(original, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

type Document = Record<string, unknown> & { layers: Record<string, unknown>[]; formats: Record<string, unknown> };

/** Changes the stored JSON; with `sealed` the checksum is made right again, so that only the change is at fault. */
function edit(change: (document: Document) => void, sealed = false): void {
  const file = join(folder, "model.json");
  const document = JSON.parse(readFileSync(file, "utf8")) as Document;
  change(document);
  if (sealed) {
    const { sha256: _, ...content } = document;
    document.sha256 = sha256(JSON.stringify(content));
  }
  writeFileSync(file, JSON.stringify(document));
}

function failure(nameOrFolder = folder) {
  try {
    loadModel(nameOrFolder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { where = "", ...details } = error.details;
    return { exit: error.exitStatus, ...details, where: where.replace(folder, "F") };
  }
  throw new Error("no error");
}

describe("loadModel", () => {
  it("gives back what was saved, byte for byte", () => {
    const model = loadModel(original);
    saveModel(model, folder);
    for (const file of ["model.json", "float.bin"]) {
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(original, file)))).toBe(true);
    }
    // A printed difference of whole models would take minutes.
    expect(isDeepStrictEqual(loadModel(folder), model)).toBe(true);
    expect(isDeepStrictEqual(loadModel(join(folder, "model.json")), model)).toBe(true);
  });

  it("does not mind how the JSON is laid out", () => {
    edit(() => undefined);
    expect(isDeepStrictEqual(loadModel(folder), loadModel(original))).toBe(true);
  });

  it("names known models for an unknown one", () => {
    expect(failure("lenet-300-10")).toMatchObject({
      exit: 2,
      code: "unknown-model",
      hint: "did you mean lenet-300-100?",
    });
  });

  it("finds a flipped bit in either file", () => {
    const file = join(folder, "float.bin");
    const bytes = readFileSync(file);
    bytes[1000] ^= 4;
    writeFileSync(file, bytes);
    expect(failure()).toMatchObject({ exit: 2, code: "bad-checksum", where: "F/float.bin: byte 0" });
    edit((document) => {
      const text = document.layers[0].entries as string;
      document.layers[0].entries = `${text.slice(0, 50)}${text[50] === "A" ? "B" : "A"}${text.slice(51)}`;
    });
    expect(failure()).toMatchObject({ exit: 2, code: "bad-checksum", where: "F/model.json: $.sha256" });
  });

  it("finds a file that is cut short, or missing", () => {
    truncateSync(join(folder, "float.bin"), 1000);
    expect(failure()).toMatchObject({ exit: 2, code: "wrong-shape", where: "F/float.bin: byte 1000" });
    rmSync(join(folder, "float.bin"));
    expect(failure()).toMatchObject({ exit: 2, code: "file-not-found", where: "F/float.bin" });
    truncateSync(join(folder, "model.json"), 3000);
    expect(failure()).toMatchObject({ exit: 2, code: "not-json", where: "F/model.json: byte 3000" });
    rmSync(join(folder, "model.json"));
    expect(failure()).toMatchObject({ exit: 2, code: "file-not-found", where: "F/model.json" });
  });

  it.each<[string, (document: Document) => void, string, string]>([
    ["another version", (d) => Object.assign(d, { version: 2 }), "$.version", "unknown-version"],
    ["another format", (d) => Object.assign(d, { format: "onnx" }), "$.format", "wrong-shape"],
    ["no layers", (d) => Object.assign(d, { layers: [] }), "$.layers", "wrong-shape"],
    ["a missing key", (d) => delete d.layers[1].codebook, "$.layers[1].codebook", "wrong-shape"],
    ["a broken chain", (d) => d.layers.splice(1, 1), "$.layers[1].cols", "wrong-shape"],
    ["fewer rows", (d) => Object.assign(d.layers[2], { rows: 5 }), "$.layers[2].entries", "wrong-shape"],
    ["fewer columns", (d) => Object.assign(d.layers[2], { cols: 100 }), "$.layers[2].counts", "wrong-shape"],
    ["no base64", (d) => Object.assign(d.layers[0], { entries: "****" }), "$.layers[0].entries", "wrong-shape"],
    [
      "a wide value",
      (d) => Object.assign(d.formats, { codebookBits: 4 }),
      "$.layers[0].codebook[1]",
      "value-out-of-range",
    ],
    [
      "a wrong fraction",
      (d) => Object.assign(d.formats, { codebookFraction: 9 }),
      "$.formats.codebookFraction",
      "value-out-of-range",
    ],
    ["a path as file", (d) => Object.assign(d.float as object, { file: "../x.bin" }), "$.float.file", "wrong-shape"],
    ["another rounding", (d) => Object.assign(d.formats, { rounding: "up" }), "$.formats.rounding", "wrong-shape"],
  ])("refuses %s", (_, change, where, code) => {
    edit(change, true);
    expect(failure()).toMatchObject({ exit: 2, code, where: `F/model.json: ${where}` });
  });
});
