import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { sileroLstm } from "./silero.ts";
import { loadSilero, storeSilero } from "./stored.ts";

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
      `x__decoder.rnn.${name}`,
      dims,
      Float32Array.from({ length: count(dims) }, (_, i) => t + i / 1e6),
    ),
  );
  return field(7, field(1, field(3, "If_0"), field(4, "If"), field(5, field(1, branch), field(6, ...nodes))));
}

const shapes = { weight_ih: [512, 128], weight_hh: [512, 128], bias_ih: [512], bias_hh: [512] };

function refusal(bytes: Uint8Array) {
  try {
    sileroLstm(bytes, "model.onnx");
  } catch (error) {
    if (error instanceof UserError) return `${error.details.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("the LSTM of an ONNX file", () => {
  it("is found, its gates apart and its biases added", () => {
    const { input, recurrent, bias } = sileroLstm(model(shapes), "model.onnx");
    expect(input.f.values[3]).toBeCloseTo((128 * 128 + 3) / 1e6, 6);
    expect(recurrent.o.values[130]).toBeCloseTo(1 + (3 * 128 * 128 + 130) / 1e6, 6);
    expect(bias.g[1]).toBeCloseTo(5 + (2 * 257) / 1e6, 5);
  });

  it("is refused where it is not what it should be", () => {
    const whole = model(shapes);
    expect({
      text: refusal(Buffer.from("not a model")),
      empty: refusal(new Uint8Array(0)),
      cut: refusal(whole.subarray(0, 1000)),
      "another branch": refusal(model(shapes, "else_branch")),
      "no LSTM": refusal(model({ weight_ih: [512, 128] })),
      "another shape": refusal(model({ ...shapes, weight_hh: [256, 64] })),
    }).toMatchInlineSnapshot(`
      {
        "another branch": "unexpected-model: model.onnx does not hold the LSTM of the Silero voice-activity model: expected a tensor decoder.rnn.weight_ih of 512 x 128 32-bit floats in the branch for 16 kHz, found none",
        "another shape": "unexpected-model: model.onnx does not hold the LSTM of the Silero voice-activity model: expected a tensor decoder.rnn.weight_hh of 512 x 128 32-bit floats in the branch for 16 kHz, found one of 256 x 64",
        "cut": "bad-onnx: model.onnx is not an ONNX model: at byte 4 528669 bytes should follow",
        "empty": "bad-onnx: model.onnx is not an ONNX model: at byte 0 a graph should follow",
        "no LSTM": "unexpected-model: model.onnx does not hold the LSTM of the Silero voice-activity model: expected a tensor decoder.rnn.weight_hh of 512 x 128 32-bit floats in the branch for 16 kHz, found none",
        "text": "bad-onnx: model.onnx is not an ONNX model: at byte 1 a field of a known kind should follow",
      }
    `);
  });
});

describe("the stored LSTM", () => {
  it("has the weights and biases of 128 cells", () => {
    const { input, recurrent, bias } = loadSilero();
    for (const gate of ["i", "f", "g", "o"] as const) {
      expect([input[gate].values.length, recurrent[gate].values.length, bias[gate].length]).toEqual([
        16384, 16384, 128,
      ]);
      expect(Math.max(...input[gate].values.map(Math.abs))).toBeLessThan(4);
    }
  });

  it("comes back as it was stored, and is refused when it was damaged", () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-lstm-"));
    try {
      const lstm = loadSilero();
      storeSilero(lstm, "a test", folder);
      expect(loadSilero(folder)).toEqual(lstm);
      const file = join(folder, "silero-vad-lstm", "float.bin");
      const bytes = readFileSync(file);
      bytes[5] ^= 1;
      writeFileSync(file, bytes);
      expect(() => loadSilero(folder)).toThrow(/is damaged/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
