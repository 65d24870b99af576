import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { fitPlanes } from "./fit.ts";
import { goldenPlanes } from "./golden.ts";
import { parsePlanesOperation } from "./operation.ts";
import { planesSpec } from "./spec.ts";

const { parameters } = resolveParameters(planesSpec);

/** Any number of an encoding, drawn without the encoding's own helpers. */
function numbers(encoding: string, bits: number): fc.Arbitrary<number> {
  const half = 2 ** (bits - 1);
  if (encoding === "signed") return fc.integer({ min: -half, max: half - 1 });
  if (encoding === "unsigned") return fc.integer({ min: 0, max: 2 * half - 1 });
  return fc.array(fc.constantFrom(-1, 1), { minLength: bits, maxLength: bits }).map((signs) =>
    // A sum of +-1, +-2, +-4, ...
    signs.reduce((sum, sign, i) => sum + sign * 2 ** i, 0),
  );
}

const encoding = fc.constantFrom("signed", "unsigned", "bipolar");
const format = fc.record({
  weightEncoding: encoding,
  inputEncoding: encoding,
  weightBits: fc.integer({ min: 1, max: 8 }),
  inputBits: fc.integer({ min: 1, max: 8 }),
  length: fc.integer({ min: 1, max: 80 }),
});
const matrix = (value: fc.Arbitrary<number>, length: number, minLength: number) =>
  fc.array(fc.array(value, { minLength: length, maxLength: length }), { minLength, maxLength: 4 });

/** What the operation means, without planes. */
const plainDots = (weights: number[][], inputs: number[][], meaning: (weight: number) => number = (w) => w) =>
  inputs.map((x) => weights.map((row) => row.reduce((sum, w, k) => sum + meaning(w) * x[k], 0)));

describe("goldenPlanes", () => {
  it("is the plain product of integers, for all encodings and precisions", () => {
    const operation = format.chain(({ length, ...rest }) =>
      fc.record({
        weights: matrix(numbers(rest.weightEncoding, rest.weightBits), length, 1),
        inputs: matrix(numbers(rest.inputEncoding, rest.inputBits), length, 0),
        rest: fc.constant(rest),
      }),
    );
    fc.assert(
      fc.property(operation, ({ weights, inputs, rest }) => {
        const parsed = parsePlanesOperation({ weights, inputs, ...rest }, parameters);
        expect(goldenPlanes(parsed)).toEqual({ dot: plainDots(weights, inputs) });
      }),
    );
  });

  it("gives ternary weights their two scales", () => {
    const scale = fc.nat(65535);
    const operation = format.chain(({ length, inputEncoding, inputBits }) =>
      fc.record({
        weights: matrix(fc.constantFrom(-1, 0, 1), length, 1),
        inputs: matrix(numbers(inputEncoding, inputBits), length, 0),
        scales: fc.record({ positive: scale, negative: scale }),
        rest: fc.constant({ inputEncoding, inputBits, weightEncoding: "ternary" }),
      }),
    );
    fc.assert(
      fc.property(operation, ({ weights, inputs, scales, rest }) => {
        const parsed = parsePlanesOperation({ weights, inputs, scales, ...rest }, parameters);
        const meaning = (w: number) => [-scales.negative, 0, scales.positive][w + 1];
        const plain = plainDots(weights, inputs, meaning).map((row) => row.map((value) => value + 0));
        expect(goldenPlanes(parsed)).toEqual({ dot: plain });
      }),
    );
  });
});

const good = {
  weights: [[1, -1]],
  inputs: [[3, 0]],
  weightEncoding: "bipolar",
  inputEncoding: "unsigned",
  inputBits: 2,
};

function detailsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  return expect.unreachable("no error");
}

describe("parsePlanesOperation", () => {
  it("takes one bit for bipolar numbers where nothing is said", () => {
    expect(parsePlanesOperation(good, parameters).weights).toMatchObject({ bits: 1 });
  });

  it.each([
    [{ weights: [] }, "$.weights[0]", "wrong-shape"],
    [{ weights: [[]] }, "$.weights[0]", "wrong-shape"],
    [{ weights: [[1, -1], [1]] }, "$.weights[1]", "wrong-shape"],
    [{ weights: [[1, 0]] }, "$.weights[0][1]", "even-bipolar"],
    [{ weights: [[1, 3]] }, "$.weights[0][1]", "value-out-of-range"],
    [{ inputs: [[1, 4]] }, "$.inputs[0][1]", "value-out-of-range"],
    [{ inputs: [[1, 0.5]] }, "$.inputs[0][1]", "wrong-shape"],
    [{ inputs: [[1]] }, "$.inputs[0]", "wrong-shape"],
    [{ inputBits: undefined }, "$.inputBits", "wrong-shape"],
    [{ inputBits: 9 }, "$.inputBits", "value-out-of-range"],
    [{ inputEncoding: "ternary" }, "$.inputEncoding", "wrong-shape"],
    [{ scales: { positive: 1, negative: 1 } }, "$.scales", "wrong-shape"],
    [
      { weightEncoding: "ternary", scales: { positive: 65536, negative: 1 } },
      "$.scales.positive",
      "value-out-of-range",
    ],
    [{ weightEncoding: "ternary", weightBits: 2 }, "$.weightBits", "wrong-shape"],
    [{ weightEncoding: "ternary", weights: [[2, 0]] }, "$.weights[0][0]", "value-out-of-range"],
    [{ thresholds: [] }, "$.thresholds", "wrong-shape"],
  ])("refuses %j", (change, where, code) => {
    const value = JSON.parse(JSON.stringify({ ...good, ...change }));
    expect(detailsOf(() => parsePlanesOperation(value, parameters))).toMatchObject({ where, code });
  });
});

describe("fitPlanes", () => {
  const long = parsePlanesOperation(
    {
      weights: Array.from({ length: 9 }, () => new Array(640).fill(-1)),
      inputs: [new Array(640).fill(1)],
      weightEncoding: "signed",
      inputEncoding: "unsigned",
      weightBits: 8,
      inputBits: 8,
    },
    { ...parameters },
  );

  it("raises what is too small, memories to a power of two", () => {
    const small = { ...parameters, weightDepth: 1, inputDepth: 1, rowDepth: 1, accWidth: 8, scaleBits: 4 };
    const fitted = fitPlanes(small, new Set(), long);
    // 10 chunks of 8 planes, in 3 tiles; 640 * 128 * 255 takes 25 bits and a sign.
    expect(fitted).toMatchObject({ weightDepth: 256, inputDepth: 128, rowDepth: 4, accWidth: 26 });
  });

  it.each(["weightDepth", "inputDepth", "rowDepth", "accWidth"])("does not raise %s that was set by hand", (name) => {
    const given = { ...parameters, [name]: 2 };
    expect(detailsOf(() => fitPlanes(given, new Set([name]), long))).toMatchObject({
      code: "does-not-fit",
      where: name,
    });
  });

  it("refuses ternary weights where rows cannot pair", () => {
    const ternary = parsePlanesOperation({ ...good, weightEncoding: "ternary" }, parameters);
    expect(detailsOf(() => fitPlanes({ ...parameters, rows: 3 }, new Set(), ternary))).toMatchObject({
      code: "uneven-rows",
    });
  });
});
