import { mostLayers } from "../bnn/spec.ts";
import {
  asArray,
  asInteger,
  asNumber,
  asObject,
  asString,
  describe,
  inside,
  outOfRange,
  type Place,
  root,
  wrongShape,
} from "../shape.ts";

/** The file that says which arrays make up a network, beside them in the folder. */
export const manifestName = "finn.json";
export const finnFormat = "whittle-finn";

/**
 * A layer of a FINN export.
 * - matrix: weights are inputs x outputs (MW x MH), thresholds outputs x 1, as the tensors of FINN's
 *   MatrixVectorActivation node.
 * - folded: as FINN hands them to hardware: weights 1 x PE x (MH/PE * MW/SIMD) x SIMD, row r on PE r mod PE, the
 *   elements of a word reversed; thresholds 1 x PE x (MH/PE) x 1.
 * - packed: the same in `.dat` files of hex words, as FINN initialises memories (`packed.ts`).
 */
export interface FinnLayer {
  /** A file each, or where packed one for every PE; the last layer may have no thresholds. */
  readonly weights: string | readonly string[];
  readonly thresholds?: string | readonly string[];
  /** MW and MH. */
  readonly inputs: number;
  readonly outputs: number;
  readonly layout: "matrix" | "folded" | "packed";
  readonly pe: number;
  readonly simd: number;
  /** FINN's names: BIPOLAR is -1 and +1, BINARY 0 and 1. */
  readonly weightDataType: "BIPOLAR" | "BINARY";
  /** What a threshold is compared with: the sum of +-1 products, or the number of agreements (binaryXnorMode). */
  readonly accumulator: "dot" | "popcount";
  /** Only where packed: a word a line, or its 32-bit parts, lowest first. */
  readonly lines?: "word" | "32-bit";
  /** Only where packed, with thresholds: INT2 to INT32 or UINT1 to UINT32. */
  readonly thresholdDataType?: string;
}

export interface FinnManifest {
  readonly name: string;
  /** A pixel from here on is +1. */
  readonly inputThreshold: number;
  readonly layers: readonly FinnLayer[];
}

/** Checks and reads a manifest. Throws `UserError` wrong-shape, value-out-of-range. */
export function parseManifest(value: unknown, file: string): FinnManifest {
  const at = root(file);
  const fields = asObject(value, at, ["format", "version", "name", "layers"], ["inputThreshold"]);
  if (fields.format !== finnFormat) throw wrongShape(inside(at, "format"), `"${finnFormat}"`, describe(fields.format));
  asInteger(fields.version, inside(at, "version"), 1, 1);
  const layersAt = inside(at, "layers");
  const layers = asArray(fields.layers, layersAt, "layers").map((layer, i, all) =>
    parseLayer(layer, inside(layersAt, i), i + 1 === all.length),
  );
  if (layers.length === 0) throw wrongShape(layersAt, "at least one layer", "none");
  if (layers.length > mostLayers) throw wrongShape(layersAt, `at most ${mostLayers} layers`, `${layers.length}`);
  layers.forEach((layer, i) => {
    if (i > 0 && layer.inputs !== layers[i - 1].outputs) {
      const inputsAt = inside(inside(layersAt, i), "inputs");
      throw wrongShape(inputsAt, `${layers[i - 1].outputs}, the outputs before`, `${layer.inputs}`);
    }
  });
  const inputThreshold =
    fields.inputThreshold === undefined ? 0.5 : asShare(fields.inputThreshold, inside(at, "inputThreshold"));
  return { name: modelName(fields.name, inside(at, "name")), inputThreshold, layers };
}

/** A pixel is 0 to 1: with a threshold beyond it all images would be the same. */
function asShare(value: unknown, at: Place): number {
  const share = asNumber(value, at);
  if (share < 0 || share > 1) throw outOfRange(at, 0, 1, share, "pixels are 0 to 1", "a number");
  return share;
}

function modelName(value: unknown, at: Place): string {
  const name = asString(value, at);
  if (!/^\w[\w.-]*$/.test(name)) throw wrongShape(at, "a name of letters, digits, _, . and -", describe(name));
  return name;
}

function parseLayer(value: unknown, at: Place, isLast: boolean): FinnLayer {
  const required = ["weights", "inputs", "outputs", "weightDataType"];
  const optional = ["thresholds", "layout", "pe", "simd", "accumulator", "lines", "thresholdDataType"];
  const fields = asObject(value, at, required, optional);
  if (!isLast && fields.thresholds === undefined) {
    throw wrongShape(inside(at, "thresholds"), "a file (only the last layer may have none)", "nothing");
  }
  const inputs = asInteger(fields.inputs, inside(at, "inputs"), 1, 65534);
  const outputs = asInteger(fields.outputs, inside(at, "outputs"), 1, 2 ** 24);
  const layout = oneOf(fields.layout ?? "matrix", ["matrix", "folded", "packed"], inside(at, "layout"));
  const fold = (name: "pe" | "simd", of: number, what: string) => {
    const count = asInteger(layout === "matrix" ? (fields[name] ?? 1) : fields[name], inside(at, name), 1, of);
    if (of % count !== 0) throw wrongShape(inside(at, name), `a divisor of ${of}, the ${what}`, `${count}`);
    return count;
  };
  const pe = fold("pe", outputs, "outputs");
  const files = (name: "weights" | "thresholds") =>
    layout === "packed"
      ? datNames(fields[name], inside(at, name), pe)
      : fileName(fields[name], inside(at, name), "npy");
  return {
    weights: files("weights"),
    ...(fields.thresholds === undefined ? {} : { thresholds: files("thresholds") }),
    inputs,
    outputs,
    layout,
    pe,
    simd: fold("simd", inputs, "inputs"),
    weightDataType: oneOf(fields.weightDataType, ["BIPOLAR", "BINARY"], inside(at, "weightDataType")),
    accumulator: oneOf(fields.accumulator ?? "dot", ["dot", "popcount"], inside(at, "accumulator")),
    ...packedFields(fields, at, layout === "packed"),
  };
}

/** How packed words stand in their files; other layouts have no such keys. */
function packedFields(
  { lines, thresholds, thresholdDataType }: Record<string, unknown>,
  at: Place,
  isPacked: boolean,
): Pick<FinnLayer, "lines" | "thresholdDataType"> {
  const typeAt = inside(at, "thresholdDataType");
  if (!isPacked && lines !== undefined) throw wrongShape(inside(at, "lines"), "nothing (not packed)", describe(lines));
  if (thresholdDataType !== undefined && !(isPacked && thresholds !== undefined)) {
    const expected = isPacked ? "thresholds beside it, or nothing" : "nothing (not packed)";
    throw wrongShape(typeAt, expected, describe(thresholdDataType));
  }
  if (!isPacked) return {};
  const how = { lines: oneOf(lines ?? "word", ["word", "32-bit"], inside(at, "lines")) };
  if (thresholds === undefined) return how;
  const expected = "INT2 to INT32 or UINT1 to UINT32";
  if (thresholdDataType === undefined) throw wrongShape(typeAt, expected, "nothing");
  const type = asString(thresholdDataType, typeAt);
  const [, sign, bits] = /^(U?)INT([1-9]\d?)$/.exec(type) ?? [];
  if (bits === undefined || Number(bits) > 32 || (sign === "" && bits === "1")) {
    throw wrongShape(typeAt, expected, describe(type));
  }
  return { ...how, thresholdDataType: type };
}

/** The file of all PEs, or one for each. */
function datNames(value: unknown, at: Place, pe: number): string | string[] {
  if (!Array.isArray(value)) return fileName(value, at, "dat");
  return asArray(value, at, "files, one for each PE", pe).map((name, i) => fileName(name, inside(at, i), "dat"));
}

function oneOf<const T extends string>(value: unknown, words: readonly T[], at: Place): T {
  const word = words.find((known) => known === value);
  if (word === undefined) throw wrongShape(at, words.map((known) => `"${known}"`).join(" or "), describe(value));
  return word;
}

function fileName(value: unknown, at: Place, kind: "npy" | "dat"): string {
  const name = asString(value, at);
  if (!/^[\w.-]+$/.test(name) || !name.endsWith(`.${kind}`)) {
    throw wrongShape(at, `the name of a .${kind} file beside the manifest`, describe(name));
  }
  return name;
}
