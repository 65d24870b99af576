import { basename } from "node:path";
import { readBytes } from "../json.ts";
import { sha256 } from "../model/packed.ts";
import { sileroLstm } from "./silero.ts";
import { storeSilero } from "./stored.ts";

// Stores the LSTM of the ONNX file that is named on the command line.
const [file = "silero_vad_v5.onnx"] = process.argv.slice(2);
const bytes = readBytes(file);
storeSilero(sileroLstm(bytes, file), `${basename(file)}, SHA-256 ${sha256(bytes)}`);
