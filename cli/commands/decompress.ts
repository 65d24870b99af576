import { basename, extname, join } from "node:path";
import { writeFilesAtomically } from "../../platform/atomic-write.ts";
import { decodeNetwork } from "../../sw-model/compress/decode.ts";
import { modelOf } from "../../sw-model/compress/to-model.ts";
import { npzOf } from "../../sw-model/compress/to-npz.ts";
import { loadMnist } from "../../sw-model/data/mnist.ts";
import { modelFiles } from "../../sw-model/model/store.ts";
import { readBytes } from "../../sw-model/read-file.ts";
import type { CommandResult } from "../result.ts";

/** `whittle decompress FILE -o OUTPUT`: a container as an `.npz` file, or as the folder of a model that `run --on eie` takes. */
export function decompressCommand(file: string, options: { output: string }): CommandResult {
  const network = decodeNetwork(readBytes(file), file);
  const { output } = options;
  const name = basename(file, extname(file));
  const files =
    extname(output) === ".npz"
      ? [{ path: output, content: npzOf(network) }]
      : modelFiles(modelOf(network, name, loadMnist())).map(({ name, content }) => ({
          path: join(output, name),
          content,
        }));
  writeFilesAtomically(files);
  const layers = network.layers.map(({ name, matrix, bias }) => {
    return { name, outputs: matrix.rows, inputs: matrix.cols - (bias ? 1 : 0), bias, kept: matrix.codeOf.length };
  });
  const document = { name, chained: network.chained, layers, files: files.map(({ path }) => path) };
  return { document, text: `${name}, ${layers.length} layers, written to ${output}` };
}
