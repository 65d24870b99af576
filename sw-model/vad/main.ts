import { basename } from "node:path";
import { sha256 } from "../model/packed.ts";
import { readBytes } from "../read-file.ts";
import { vadOfOnnx } from "./onnx.ts";
import { rangesOf, readClip } from "./original.ts";
import { storedClips, storeVad } from "./stored.ts";

// Stores the model of the ONNX file that is named on the command line, with the ranges that its LSTM needs on the stored clips.
const [file = "silero_vad_v5.onnx"] = process.argv.slice(2);
const bytes = readBytes(file);
const { model, tensors } = vadOfOnnx(bytes, file);
const ranges = rangesOf(
  model,
  storedClips().map((clip) => readClip(model, clip)),
);
storeVad(tensors, ranges, `${basename(file)}, SHA-256 ${sha256(bytes)}`);
