import { asArray, asInteger, asObject, asString, inside, root, wrongShape } from "../shape.ts";
import { type Curve, parseCurve } from "./curve.ts";
import type { Numbers } from "./tensor.ts";
import type { TrainingState } from "./train.ts";

/** Everything that a training needs to go on after an epoch. */
export interface Checkpoint {
  readonly curve: Curve;
  readonly state: TrainingState;
}

const format = "whittle-training-checkpoint";

const packed = (numbers: Numbers) => ({
  kind: numbers instanceof Int32Array ? "int32" : "float64",
  length: numbers.length,
  base64: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64"),
});

export function checkpointText({ curve, state }: Checkpoint): string {
  const layers = state.map(({ weights, velocity }) => ({ weights: packed(weights), velocity: packed(velocity) }));
  return JSON.stringify({ format, version: 1, curve, layers });
}

/** Reads a checkpoint from parsed JSON. Throws `UserError` wrong-shape with the JSON path. */
export function parseCheckpoint(value: unknown, source?: string): Checkpoint {
  const at = root(source);
  const fields = asObject(value, at, ["format", "version", "curve", "layers"]);
  if (fields.format !== format || fields.version !== 1) {
    throw wrongShape(inside(at, "format"), `${format}, version 1`, `${fields.format}`);
  }
  const layersAt = inside(at, "layers");
  const state = asArray(fields.layers, layersAt, "layers").map((layer, i) => {
    const { weights, velocity } = asObject(layer, inside(layersAt, i), ["weights", "velocity"]);
    return { weights: unpacked(weights, inside(layersAt, i)), velocity: unpacked(velocity, inside(layersAt, i)) };
  });
  const curve = parseCurve({ format: "whittle-training-curve", version: 1, ...(fields.curve as object) }, source);
  return { curve, state };
}

function unpacked(value: unknown, at: ReturnType<typeof root>): Numbers {
  const fields = asObject(value, at, ["kind", "length", "base64"]);
  const length = asInteger(fields.length, inside(at, "length"), 0, 2 ** 30);
  // A copy of its own, so that it starts at a multiple of the size of a number.
  const bytes = Uint8Array.from(Buffer.from(asString(fields.base64, inside(at, "base64")), "base64"));
  const size = fields.kind === "int32" ? 4 : 8;
  if (bytes.length !== size * length) throw wrongShape(at, `${size * length} bytes`, `${bytes.length}`);
  return fields.kind === "int32" ? new Int32Array(bytes.buffer) : new Float64Array(bytes.buffer);
}
