import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import { asArray, asObject, asString, inside, placeText, root, wrongShape } from "../shape.ts";
import { type Curve, parseCurve } from "./curve.ts";
import type { Numbers } from "./tensor.ts";
import type { TrainingState } from "./train.ts";

/** Everything that a training needs to go on after an epoch. */
export interface Checkpoint {
  readonly curve: Curve;
  readonly state: TrainingState;
}

const format = "whittle-training-checkpoint";
const version = 2;

const packed = (numbers: Numbers) => ({
  kind: numbers instanceof Int32Array ? "int32" : "float64",
  length: numbers.length,
  base64: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64"),
});

export function checkpointText({ curve, state }: Checkpoint): string {
  const layers = state.map(({ weights, velocity }) => ({ weights: packed(weights), velocity: packed(velocity) }));
  return JSON.stringify({ format, version, sha256: checksumOf(curve, layers), curve, layers });
}

/** Of curve and layers as their JSON. */
function checksumOf(curve: unknown, layers: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([curve, layers]))
    .digest("hex");
}

/**
 * Reads a checkpoint from parsed JSON. Throws `UserError` with the JSON path: wrong-shape, also where the numbers are not as many or not
 * of the kind of those of `like`, a fresh state of the same training; bad-checksum.
 */
export function parseCheckpoint(value: unknown, like: TrainingState, source?: string): Checkpoint {
  const at = root(source);
  const fields = asObject(value, at, ["format", "version", "sha256", "curve", "layers"]);
  if (fields.format !== format || fields.version !== version) {
    throw wrongShape(
      inside(at, "format"),
      `${format}, version ${version}`,
      `${fields.format}, version ${fields.version}`,
    );
  }
  const layersAt = inside(at, "layers");
  const state = asArray(fields.layers, layersAt, "layers, as many as the network has", like.length).map((layer, i) => {
    const layerAt = inside(layersAt, i);
    const given = asObject(layer, layerAt, ["weights", "velocity"]);
    const numbers = (name: "weights" | "velocity") => unpacked(given[name], inside(layerAt, name), like[i][name]);
    return { weights: numbers("weights"), velocity: numbers("velocity") };
  });
  const found = checksumOf(fields.curve, fields.layers);
  if (found !== fields.sha256) {
    const where = placeText(inside(at, "sha256"));
    const message = `${where}: the checksum does not match what is stored`;
    throw new UserError({ code: "bad-checksum", message, where, expected: found, found: `${fields.sha256}` });
  }
  const curve = parseCurve({ format: "whittle-training-curve", version: 1, ...(fields.curve as object) }, source);
  return { curve, state };
}

/** Numbers of the kind and length of `like`. */
function unpacked(value: unknown, at: ReturnType<typeof root>, like: Numbers): Numbers {
  const fields = asObject(value, at, ["kind", "length", "base64"]);
  const wanted = packed(like.subarray(0, 0)).kind;
  if (fields.kind !== wanted) throw wrongShape(inside(at, "kind"), `"${wanted}"`, `${JSON.stringify(fields.kind)}`);
  const { length } = like;
  if (fields.length !== length) {
    throw wrongShape(inside(at, "length"), `${length}, as many as the layer has`, `${JSON.stringify(fields.length)}`);
  }
  // A copy of its own, so that it starts at a multiple of the size of a number.
  const bytes = Uint8Array.from(Buffer.from(asString(fields.base64, inside(at, "base64")), "base64"));
  const size = fields.kind === "int32" ? 4 : 8;
  if (bytes.length !== size * length)
    throw wrongShape(inside(at, "base64"), `${size * length} bytes`, `${bytes.length}`);
  return fields.kind === "int32" ? new Int32Array(bytes.buffer) : new Float64Array(bytes.buffer);
}
