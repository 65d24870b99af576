import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { vadTensors } from "./model.ts";
import { vadOfOnnx } from "./onnx.ts";
import { loadVad, storeVad } from "./stored.ts";

/** Protobuf by hand: a varint, and a field that holds bytes. */
const varint = (value: number): number[] => (value < 128 ? [value] : [128 + (value % 128), ...varint(value >> 7)]);
const field = (number: number, ...parts: (string | Uint8Array | number[])[]): Uint8Array => {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(body.length)]), body]);
};
const number = (at: number, value: number) => Buffer.from([at * 8, ...varint(value)]);

const tensor = (dims: number[], values: Float32Array) => [
  ...dims.map((dim) => number(1, dim)),
  number(2, 1),
  field(9, new Uint8Array(values.buffer)),
];

const constant = (name: string, dims: number[], values: Float32Array) =>
  field(1, field(2, name), field(4, "Constant"), field(5, field(1, "value"), field(5, ...tensor(dims, values))));

const count = (dims: number[]) => dims.reduce((a, b) => a * b, 1);

/** A model with the tensors in a branch, as the real one has them. */
function model(shapes: Record<string, number[]>, branch = "then_branch") {
  const nodes = Object.entries(shapes).map(([name, dims], t) =>
    constant(
      `x__${name}`,
      dims,
      Float32Array.from({ length: count(dims) }, (_, i) => t + i / 1e6),
    ),
  );
  return field(7, field(1, field(3, "If_0"), field(4, "If"), field(5, field(1, branch), field(6, ...nodes))));
}

const shapes: Record<string, number[]> = Object.fromEntries(vadTensors.map(({ name, dims }) => [name, [...dims]]));
const place = (name: string) => Object.keys(shapes).indexOf(`decoder.rnn.${name}`);

/** The model with one value of a tensor replaced. */
function withValue(name: string, at: number, value: number) {
  const nodes = Object.entries(shapes).map(([tensorName, dims]) => {
    const values = new Float32Array(count(dims));
    if (tensorName === name) values[at] = value;
    return constant(`x__${tensorName}`, dims, values);
  });
  return field(7, field(1, field(3, "If_0"), field(4, "If"), field(5, field(1, "then_branch"), field(6, ...nodes))));
}

function refusal(bytes: Uint8Array) {
  try {
    vadOfOnnx(bytes, "model.onnx");
  } catch (error) {
    if (error instanceof UserError) return `${error.details.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("the LSTM of an ONNX file", () => {
  it("is found, its gates apart and its biases added", () => {
    const { input, recurrent, bias } = vadOfOnnx(model(shapes), "model.onnx").model.lstm;
    expect(input.f.values[3]).toBeCloseTo(place("weight_ih") + (128 * 128 + 3) / 1e6, 6);
    expect(recurrent.o.values[130]).toBeCloseTo(place("weight_hh") + (3 * 128 * 128 + 130) / 1e6, 5);
    expect(bias.g[1]).toBeCloseTo(place("bias_ih") + place("bias_hh") + (2 * 257) / 1e6, 5);
  });

  it("is refused with a value that is no number or infinite, by tensor and element", () => {
    expect([
      refusal(withValue("decoder.rnn.weight_ih", 100, Number.NaN)),
      refusal(withValue("decoder.rnn.bias_hh", 511, Number.NEGATIVE_INFINITY)),
      refusal(withValue("encoder.0.reparam_conv.weight", 0, Number.POSITIVE_INFINITY)),
      refusal(withValue("decoder.decoder.2.bias", 0, 3e38)),
    ]).toEqual([
      "not-finite: model.onnx: decoder.rnn.weight_ih[100] is NaN",
      "not-finite: model.onnx: decoder.rnn.bias_hh[511] is -Infinity",
      "not-finite: model.onnx: encoder.0.reparam_conv.weight[0] is Infinity",
      "accepted",
    ]);
  });

  it("is refused where it is not what it should be", () => {
    const whole = model(shapes);
    expect({
      text: refusal(Buffer.from("not a model")),
      empty: refusal(new Uint8Array(0)),
      cut: refusal(whole.subarray(0, 1000)),
      "another branch": refusal(model(shapes, "else_branch")),
      "no LSTM": refusal(model(Object.fromEntries(Object.entries(shapes).filter(([name]) => !name.includes("rnn"))))),
      "another shape": refusal(model({ ...shapes, "decoder.rnn.weight_hh": [256, 64] })),
    }).toMatchInlineSnapshot(`
      {
        "another branch": "unexpected-model: model.onnx is not the Silero voice-activity model with its LSTM: expected a tensor stft.forward_basis_buffer of 258 x 1 x 256 32-bit floats in the branch for 16 kHz, found none",
        "another shape": "unexpected-model: model.onnx is not the Silero voice-activity model with its LSTM: expected a tensor decoder.rnn.weight_hh of 512 x 128 32-bit floats in the branch for 16 kHz, found one of 256 x 64",
        "cut": "bad-onnx: model.onnx is not an ONNX model: at byte 4 1239579 bytes should follow",
        "empty": "bad-onnx: model.onnx is not an ONNX model: at byte 0 a graph should follow",
        "no LSTM": "unexpected-model: model.onnx is not the Silero voice-activity model with its LSTM: expected a tensor decoder.rnn.weight_ih of 512 x 128 32-bit floats in the branch for 16 kHz, found none",
        "text": "bad-onnx: model.onnx is not an ONNX model: at byte 1 a field of a known kind should follow",
      }
    `);
  });
});

describe("the stored model", () => {
  it("has weights and biases of 128 cells", () => {
    const { input, recurrent, bias } = loadVad().lstm;
    for (const gate of ["i", "f", "g", "o"] as const) {
      expect([input[gate].values.length, recurrent[gate].values.length, bias[gate].length]).toEqual([
        16384, 16384, 128,
      ]);
      expect(Math.max(...input[gate].values.map(Math.abs))).toBeLessThan(4);
    }
  });

  it("comes back as it was stored, and is refused when it was damaged", () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-vad-"));
    try {
      const { model: imported, tensors } = vadOfOnnx(model(shapes), "silero-vad");
      const ranges = { input: 12.5, state: 3 };
      storeVad(tensors, ranges, "a test", folder);
      expect(loadVad(folder)).toEqual({ ...imported, ranges });
      const file = join(folder, "silero-vad", "float.bin");
      const bytes = readFileSync(file);
      bytes[5] ^= 1;
      writeFileSync(file, bytes);
      expect(() => loadVad(folder)).toThrow(/is damaged/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
