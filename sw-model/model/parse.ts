import { decodeCsc } from "../eie/csc.ts";
import type { EieLayer } from "../eie/golden.ts";
import { eieSpec } from "../eie/spec.ts";
import { UserError } from "../errors.ts";
import { roundings } from "../format/fixed.ts";
import { describeSpec } from "../parameters.ts";
import {
  asArray,
  asBoolean,
  asInteger,
  asObject,
  asString,
  describe,
  inside,
  type Place,
  root,
  wrongShape,
} from "../shape.ts";
import { asRecord, checkChecksum, parseAccuracies } from "./envelope.ts";
import type { ModelFormats, SparseModel } from "./model.ts";
import { unpackColumns } from "./packed.ts";

export const sparseFormat = "whittle-model";

/** A parsed `model.json`: everything but the float weights, and where those are. */
export interface ParsedModel extends Omit<SparseModel, "dense"> {
  /** Inputs of the network, then the outputs of each layer. */
  readonly sizes: readonly number[];
  readonly float: { readonly file: string; readonly sha256: string };
}

const keys = [
  "format",
  "version",
  "name",
  "summary",
  "formats",
  "data",
  "training",
  "accuracy",
  "sizes",
  "layers",
  "float",
];

/**
 * Checks and reads the JSON of a stored model. The form is checked before the checksum, which covers every key but its
 * own, so that an error points at the element where it can. Throws `UserError`: see `loadModel`.
 */
export function parseModel(value: unknown, file: string): ParsedModel {
  const at = root(file);
  const fields = asObject(value, at, [...keys, "sha256"]);
  const name = asString(fields.name, inside(at, "name"));
  const summary = asString(fields.summary, inside(at, "summary"));
  const formats = parseFormats(fields.formats, inside(at, "formats"));
  const data = asRecord(fields.data, inside(at, "data"));
  const training = asRecord(fields.training, inside(at, "training"));
  const accuracy = parseAccuracies(fields.accuracy, inside(at, "accuracy"));
  const layersAt = inside(at, "layers");
  const layers = asArray(fields.layers, layersAt, "layers").map((layer, i) =>
    parseLayer(layer, inside(layersAt, i), formats),
  );
  const sizes = chainSizes(layers, layersAt);
  const float = parseFloatFile(fields.float, inside(at, "float"));
  checkChecksum(fields, at);
  return { kind: "sparse", name, summary, formats, layers, data, training, accuracy, sizes, float };
}

const formatKeys = ["weightBits", "codebookBits", "activationBits", "accWidth", "productShift", "dropBits"] as const;

function parseFormats(value: unknown, at: Place): ModelFormats {
  const fields = asObject(value, at, [...formatKeys, "rounding", "activationFraction", "codebookFraction"]);
  const ranges = new Map(describeSpec(eieSpec).parameters.map((parameter) => [parameter.name, parameter]));
  const integer = (name: (typeof formatKeys)[number]) => {
    const { min = 0, max = 0 } = ranges.get(name) ?? {};
    return asInteger(fields[name], inside(at, name), min, max);
  };
  const rounding = roundings.find((word) => word === fields.rounding);
  if (rounding === undefined) {
    throw wrongShape(inside(at, "rounding"), `one of ${roundings.join(", ")}`, describe(fields.rounding));
  }
  const [productShift, dropBits, activationBits] = [
    integer("productShift"),
    integer("dropBits"),
    integer("activationBits"),
  ];
  const fraction = productShift + dropBits;
  return {
    weightBits: integer("weightBits"),
    codebookBits: integer("codebookBits"),
    activationBits,
    accWidth: integer("accWidth"),
    productShift,
    dropBits,
    rounding,
    // The bias activation 2^activationFraction is an activation too.
    activationFraction: asInteger(fields.activationFraction, inside(at, "activationFraction"), 0, activationBits - 2),
    codebookFraction: asInteger(
      fields.codebookFraction,
      inside(at, "codebookFraction"),
      fraction,
      fraction,
      "productShift + dropBits",
    ),
  };
}

function parseLayer(value: unknown, at: Place, { codebookBits, weightBits }: ModelFormats): EieLayer {
  const fields = asObject(value, at, ["rows", "cols", "relu", "codebook", "entries", "counts"]);
  const rows = asInteger(fields.rows, inside(at, "rows"), 1, 65535);
  const cols = asInteger(fields.cols, inside(at, "cols"), 2, 65536, "the bias column included");
  const relu = asBoolean(fields.relu, inside(at, "relu"));
  const codebookAt = inside(at, "codebook");
  const half = 2 ** (codebookBits - 1);
  const codebook = asArray(fields.codebook, codebookAt, "raw values", 2 ** weightBits).map((raw, code) =>
    code === 0
      ? asInteger(raw, inside(codebookAt, 0), 0, 0, "code 0 is zero")
      : asInteger(raw, inside(codebookAt, code), -half, half - 1),
  );
  const [entriesAt, countsAt] = [inside(at, "entries"), inside(at, "counts")];
  const packed = { entries: asString(fields.entries, entriesAt), counts: asString(fields.counts, countsAt) };
  const columns = unpackColumns(packed, cols, entriesAt, countsAt);
  const badCode = columns.codes.findIndex((code) => code >= codebook.length);
  if (badCode >= 0) throw wrongShape(entriesAt, `codes below ${codebook.length}`, `code ${columns.codes[badCode]}`);
  return { matrix: decodeAt(columns, rows, entriesAt), codebook, relu };
}

function decodeAt(columns: Parameters<typeof decodeCsc>[0][number], rows: number, at: Place): EieLayer["matrix"] {
  try {
    return decodeCsc([columns], rows);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw wrongShape(at, `${error.details.expected} (${error.details.where})`, `${error.details.found}`);
  }
}

function chainSizes(layers: readonly EieLayer[], at: Place): number[] {
  if (layers.length === 0) throw wrongShape(at, "at least one layer", "none");
  const sizes = [layers[0].matrix.cols - 1];
  layers.forEach(({ matrix }, i) => {
    const inputs = matrix.cols - 1;
    if (inputs !== sizes[i]) throw wrongShape(inside(inside(at, i), "cols"), `${sizes[i] + 1}`, `${matrix.cols}`);
    sizes.push(matrix.rows);
  });
  return sizes;
}

function parseFloatFile(value: unknown, at: Place): ParsedModel["float"] {
  const fields = asObject(value, at, ["file", "bytes", "sha256"]);
  const file = asString(fields.file, inside(at, "file"));
  if (!/^[\w-]+\.bin$/.test(file))
    throw wrongShape(inside(at, "file"), "the name of a .bin file beside model.json", file);
  return { file, sha256: asString(fields.sha256, inside(at, "sha256")) };
}
