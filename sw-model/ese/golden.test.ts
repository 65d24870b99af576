import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { drawOperation } from "./fixture.ts";
import { floatNetwork, floatState, floatStep } from "./float.ts";
import { goldenEse, goldenSteps } from "./golden.ts";
import type { LstmNetwork } from "./network.ts";
import { exact } from "./nonlinearity.ts";
import { type EseParameters, eseSpec, sampleFraction } from "./spec.ts";
import { aboveFirst } from "./weight-fractions.ts";

const point = fc.record({
  peephole: fc.boolean(),
  projection: fc.constantFrom(0, 3),
  rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
  lookup: fc.constantFrom("table", "linear"),
  seed: fc.nat(1e6),
});

const gruPoint = point.map(({ rounding, lookup, seed }) => ({ cell: "gru", rounding, lookup, seed }));

const parametersOf = ({ seed: _, ...sets }: Record<string, unknown>): EseParameters =>
  resolveParameters(eseSpec, { sets: Object.entries(sets).map(([name, value]) => `${name}=${value}`) }).parameters;

/** Small enough that no accumulator, state or output of the default formats saturates. */
const moderate = { x: 2 ** 13, weight: 2 ** 11 - 1, bias: 2 ** 13, c: 2 ** 14 - 1, y: 2 ** 12 };

describe("fixed point beside real numbers", () => {
  it("one step differs by no more than roundings and look-ups can add up to", () => {
    fc.assert(
      fc.property(point, (drawn) => {
        const p = parametersOf(drawn);
        const random = new Random(drawn.seed);
        const operation = drawOperation(p, { inputs: 5, cells: 4, steps: 1, density: 0.7, largest: moderate }, () =>
          random.uniform(),
        );
        const { network, sequences } = operation;
        const [fixed] = goldenSteps(p, network, sequences[0]);
        const real = floatNetwork(p, network as LstmNetwork);
        const before = floatState(p, sequences[0].state);
        const x = sequences[0].x[0].map((raw) => raw * 2 ** -p.inputFraction);
        const after = floatStep(real, x, before);
        const found = floatState(p, fixed);

        // A rounding is off by at most a unit (truncate); a look-up by its slope over a step, a unit, and the end of the range.
        const unit = (fraction: number) => 2 ** -fraction;
        const lookup = (slope: number, tail: number) =>
          slope * 2 ** -sampleFraction(p) + 2 * unit(p.gateOutputFraction) + tail;
        const sigmoid = lookup(1 / 4, 1 - exact("sigmoid", p.tableRange)) + unit(p.gateFraction) / 4;
        const tanh = lookup(1, 1 - exact("tanh", p.tableRange));
        const candidate = tanh + unit(p.gateFraction);
        before.c.forEach((old, cell) => {
          const c = sigmoid * Math.abs(old) + sigmoid + candidate + sigmoid * candidate + unit(p.stateFraction);
          expect(Math.abs(found.c[cell] - after.c[cell])).toBeLessThanOrEqual(c);
          const seen = real.peephole ? Math.abs(real.peephole.o[cell]) : 0;
          const o = sigmoid + (seen * c) / 4;
          const h = tanh + c;
          const m = o + h + o * h + unit(p.outputFraction);
          if (!real.projection) expect(Math.abs(found.y[cell] - after.y[cell])).toBeLessThanOrEqual(m);
          else if (cell === 0) {
            // The bound of the cells differs by their states; 8 is the largest.
            const worst = boundOfAnyCell(sigmoid, candidate, tanh, p);
            real.projection.forEach((row, i) => {
              const bound = row.reduce((sum, w) => sum + Math.abs(w), 0) * worst + unit(p.outputFraction);
              expect(Math.abs(found.y[i] - after.y[i])).toBeLessThanOrEqual(bound);
            });
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  function boundOfAnyCell(sigmoid: number, candidate: number, tanh: number, p: EseParameters): number {
    const c = sigmoid * 8 + sigmoid + candidate + sigmoid * candidate + 2 ** -p.stateFraction;
    const o = sigmoid + (2 * c) / 4;
    const h = tanh + c;
    return o + h + o * h + 2 ** -p.outputFraction;
  }
});

describe("the model", () => {
  it("carries the state: a sequence is its parts one after another", () => {
    fc.assert(
      fc.property(fc.oneof(point, gruPoint), fc.integer({ min: 1, max: 7 }), (drawn, cut) => {
        const p = parametersOf(drawn);
        const random = new Random(drawn.seed, 1);
        const largest = { x: 2 ** 15 - 1, weight: 2 ** 11 - 1, bias: 2 ** 15 - 1, c: 2 ** 15 - 1, y: 2 ** 15 - 1 };
        const { network, sequences } = drawOperation(p, { inputs: 3, cells: 5, steps: 8, density: 0.5, largest }, () =>
          random.uniform(),
        );
        const [{ x, state }] = sequences;
        const whole = goldenSteps(p, network, { x, state });
        const head = goldenSteps(p, network, { x: x.slice(0, cut), state });
        const tail = goldenSteps(p, network, { x: x.slice(cut), state: head[cut - 1] });
        expect([...head, ...tail]).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("saturates in the order of the columns", () => {
    const p = parametersOf({ accWidth: 24, accFraction: 23, activationBits: 16 });
    const none = { rows: 1, cols: 1, entries: [] };
    const columns = (raws: readonly number[]) => ({
      rows: 1,
      cols: 3,
      entries: raws.map((raw, col) => [0, col, raw] as const),
    });
    const empty = columns([]);
    const network: LstmNetwork = {
      kind: "lstm",
      inputs: 3,
      cells: 1,
      outputs: 1,
      input: { i: columns([2047, 2047, -2048]), f: columns([-2048, 2047, 2047]), g: empty, o: empty },
      recurrent: { i: none, f: none, g: none, o: none },
      bias: { i: [0], f: [0], g: [0], o: [0] },
    };
    const [step] = goldenSteps(p, network, { x: [[32767, 32767, 32767]], state: { c: [0], y: [0] } });
    expect(step.acc.i).toEqual([-(2 ** 23)]);
    expect(step.acc.f).toEqual([2 ** 23 - 1]);
  });

  it("of stacked layers is near real numbers, y of each layer being x of the next", () => {
    const p = parametersOf({ lookup: "linear", tableSize: 256, projection: 4, peephole: true });
    const random = new Random(8);
    const largest = { x: 2 ** 11, weight: 2 ** 9, bias: 2 ** 11, c: 2 ** 11, y: 2 ** 12 };
    const drawn = [5, 4, 4].map((inputs, layer) =>
      drawOperation(p, { inputs, cells: 6 + layer, steps: 6, density: 0.6, largest }, () => random.uniform()),
    );
    const [{ network, sequences }, ...rest] = drawn;
    const above = rest.map((operation) => operation.network);
    const [{ x, state }] = sequences;
    const states = [state, ...rest.map((operation) => operation.sequences[0].state)];
    const found = goldenEse(p, { network, above, sequences: [{ x, state, above: states.slice(1) }], batched: false });

    const layers = [network, ...above].map((layer, k) =>
      // Weights above the first layer are all in the format of those of y.
      floatNetwork(k === 0 ? p : aboveFirst(p), layer as LstmNetwork),
    );
    const real = states.map((before) => floatState(p, before));
    const y = x.map((raw) => {
      let values: readonly number[] = raw.map((value) => value * 2 ** -p.inputFraction);
      layers.forEach((layer, k) => {
        real[k] = floatStep(layer, values, real[k]);
        values = real[k].y;
      });
      return values;
    });
    const most = (expected: readonly number[], raws: readonly number[], fraction: number) =>
      Math.max(...expected.map((value, i) => Math.abs(value - raws[i] * 2 ** -fraction)));
    const raws = found as { y: number[][]; c: number[][] };
    y.forEach((values, t) => {
      expect(most(values, raws.y[t], p.outputFraction)).toBeLessThan(0.005);
    });
    real.forEach(({ c }, k) => {
      expect(most(c, raws.c[k], p.stateFraction)).toBeLessThan(0.01);
    });
    // The layers are not so weak that nothing of x is left at the top.
    const other = goldenEse(p, {
      ...{ network, above, batched: false },
      sequences: [{ x: x.map((step) => step.map((raw) => -raw)), state, above: states.slice(1) }],
    });
    expect(other.y).not.toEqual(found.y);
  });

  it("gives a list a sequence where sequences are in a list", () => {
    const p = parametersOf({ channels: 2 });
    const random = new Random(5);
    const operation = drawOperation(p, { inputs: 2, cells: 3, steps: 2, density: 1, largest: moderate }, () =>
      random.uniform(),
    );
    const single = goldenEse(p, operation);
    const both = goldenEse(p, {
      ...operation,
      batched: true,
      sequences: [operation.sequences[0], operation.sequences[0]],
    });
    expect(both).toEqual({ y: [single.y, single.y], c: [single.c, single.c] });
  });
});
