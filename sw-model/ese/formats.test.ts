import { expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { eseFormats } from "./formats.ts";
import { eseSpec } from "./spec.ts";

it("states those of a GRU", () => {
  const { parameters } = resolveParameters(eseSpec, { preset: "gru" });
  const { signals, roundings, lookups } = eseFormats(parameters);
  expect(Object.keys(signals).filter((name) => ["m", "y", "c", "peepholeWeights"].includes(name))).toEqual(["y", "c"]);
  expect(lookups).toMatchObject({ indexShift: { gateSums: 3 } });
  expect(roundings.map(({ from, to, droppedBits }) => `${from} -> ${to}: ${droppedBits}`)).toMatchInlineSnapshot(`
    [
      "gateAccumulators + biases -> gateSums of z and r, and q: 14",
      "gateAccumulators + biases + r * q -> gateSums of h: 18",
      "(1 - z) * h + z * c -> c: 18",
      "(1 - z) * h + z * c -> y: 22",
    ]
  `);
});

it("states every format, rounding and look-up", () => {
  const { parameters } = resolveParameters(eseSpec, { preset: "paper" });
  const { signals, roundings, lookups } = eseFormats(parameters);
  expect(
    Object.entries(signals).map(
      ([name, { width, fraction, min, max }]) => `${name} ${width}.${fraction} ${min} ${max}`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "x 16.11 -16 15.99951171875",
      "y 16.12 -8 7.999755859375",
      "m 16.12 -8 7.999755859375",
      "c 16.11 -16 15.99951171875",
      "inputWeights 12.8 -8 7.99609375",
      "recurrentWeights 12.11 -1 0.99951171875",
      "projectionWeights 12.11 -1 0.99951171875",
      "peepholeWeights 12.10 -2 1.9990234375",
      "biases 16.11 -16 15.99951171875",
      "gateAccumulators 32.23 -256 255.9999998807907",
      "projectionAccumulators 32.23 -256 255.9999998807907",
      "gateSums 16.11 -16 15.99951171875",
      "gates 16.15 -1 0.999969482421875",
    ]
  `);
  expect(roundings.map(({ from, to, droppedBits }) => `${from} -> ${to}: ${droppedBits}`)).toMatchInlineSnapshot(`
    [
      "gateAccumulators + biases + peepholeWeights * c -> gateSums: 12",
      "f * c + i * g -> c: 19",
      "o * tanh(c) -> m: 18",
      "projectionAccumulators -> y: 11",
    ]
  `);
  expect(lookups).toMatchInlineSnapshot(`
    {
      "beyondRange": "the last sample",
      "indexShift": {
        "c": 3,
        "gateSums": 3,
      },
      "kind": "table",
      "range": [
        -8,
        8,
      ],
      "sampleAt": "the middle of each step",
      "sampledHalf": "positive; negative arguments are mirrored",
      "samples": 2048,
      "step": 0.00390625,
    }
  `);
});
