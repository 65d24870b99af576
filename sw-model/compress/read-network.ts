import { existsSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { UserError } from "../errors.ts";
import type { SparseModel } from "../model/model.ts";
import { loadModelOf } from "../model/store.ts";
import { readBytes } from "../read-file.ts";
import { isContainer } from "./decode.ts";
import type { Layout } from "./from-npz.ts";
import { networkOfNpz } from "./from-npz.ts";
import { networkOfOnnx } from "./from-onnx.ts";
import type { DenseNetwork } from "./network.ts";

/**
 * The dense network of a stored sparse model, or the fully connected layers of an ONNX or `.npz` file, told apart by their first
 * bytes. Throws `UserError`: what `loadModel`, `networkOfOnnx` and `networkOfNpz` throw, and unknown-format.
 */
export function readNetwork(nameOrFile: string, layout?: Layout): DenseNetwork {
  const isModel = !existsSync(nameOrFile) || statSync(nameOrFile).isDirectory();
  const looksLikeFile = [".onnx", ".npz", ".wdc"].includes(extname(nameOrFile));
  if ((isModel && !looksLikeFile) || basename(nameOrFile) === "model.json") {
    return networkOfModel(loadModelOf("sparse", nameOrFile));
  }
  const bytes = readBytes(nameOrFile);
  const name = basename(nameOrFile, extname(nameOrFile));
  if (isContainer(bytes)) throw compressedAlready(nameOrFile);
  if (bytes.subarray(0, 2).toString("latin1") === "PK") return networkOfNpz(bytes, nameOrFile, name, layout);
  const isOther = [".npz", ".npy", ".json"].includes(extname(nameOrFile));
  if (isOther) throw unknownFormat(nameOrFile, extname(nameOrFile) === ".npz" ? "no ZIP archive" : "another file");
  return networkOfOnnx(bytes, nameOrFile, name);
}

function networkOfModel({ name, dense: { sizes, weights } }: SparseModel): DenseNetwork {
  const layers = weights.map((values, i) => ({
    name: `layer${i}`,
    inputs: sizes[i],
    outputs: sizes[i + 1],
    bias: true,
    relu: i + 1 < weights.length,
    weights: values,
  }));
  return { name, chained: true, layers };
}

function compressedAlready(file: string): UserError {
  return new UserError({
    code: "unknown-format",
    message: `${file} is compressed already`,
    where: file,
    expected: "a stored model, an ONNX or an .npz file",
    found: "a container of compressed layers",
    hint: "whittle decompress gives the network back",
  });
}

function unknownFormat(file: string, found: string): UserError {
  return new UserError({
    code: "unknown-format",
    message: `${file} is no network that can be read`,
    where: file,
    expected: "a stored model, an ONNX file, or an .npz file (a ZIP archive of .npy files)",
    found,
  });
}
