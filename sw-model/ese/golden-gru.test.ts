import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { drawOperation } from "./fixture.ts";
import { floatGru, floatGruStep } from "./float-gru.ts";
import { goldenEse, goldenSteps } from "./golden.ts";
import type { GruNetwork } from "./network.ts";
import { exact } from "./nonlinearity.ts";
import { type EseParameters, eseSpec, sampleFraction } from "./spec.ts";
import { aboveFirst } from "./weight-fractions.ts";

const parametersOf = (sets: Record<string, unknown>, preset?: string): EseParameters =>
  resolveParameters(eseSpec, {
    ...(preset === undefined ? {} : { preset }),
    sets: ["cell=gru", ...Object.entries(sets).map(([name, value]) => `${name}=${value}`)],
  }).parameters;

/** A state and its y, which are one number in two formats. */
function stateOf(p: EseParameters, c: readonly number[]) {
  const y = c.map((raw) => {
    const shifted = Math.round(raw * 2 ** (p.outputFraction - p.stateFraction));
    return Math.max(-(2 ** (p.activationBits - 1)), Math.min(2 ** (p.activationBits - 1) - 1, shifted));
  });
  return { c, y };
}

describe("a GRU in fixed point beside real numbers", () => {
  it("one step differs by no more than roundings and look-ups can add up to", () => {
    const points = fc.record({
      rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
      lookup: fc.constantFrom("table", "linear"),
      stateFraction: fc.constantFrom(9, 11, 12, 14),
      outputFraction: fc.constantFrom(10, 12),
      seed: fc.nat(1e6),
    });
    fc.assert(
      fc.property(points, ({ seed, ...sets }) => {
        const p = parametersOf(sets);
        const random = new Random(seed);
        const one = 2 ** Math.min(p.stateFraction, p.outputFraction);
        const largest = { x: 2 ** 13, weight: 2 ** 11 - 1, bias: 2 ** 12, c: one, y: 0 };
        const { network, sequences } = drawOperation(p, { inputs: 5, cells: 4, steps: 1, density: 0.7, largest }, () =>
          random.uniform(),
        );
        const gru = network as GruNetwork;
        // Of a fraction that both formats have, so that c and y are the same number.
        const state = stateOf(
          p,
          sequences[0].state.c.map((raw) => (raw * 2 ** p.stateFraction) / one),
        );
        const [found] = goldenSteps(p, gru, { ...sequences[0], state });
        const real = floatGru(p, gru);
        const before = state.c.map((raw) => raw * 2 ** -p.stateFraction);
        const x = sequences[0].x[0].map((raw) => raw * 2 ** -p.inputFraction);
        const after = floatGruStep(real, x, before);

        // A rounding is off by at most a unit (truncate); a look-up by its slope over a step, a unit, and the end of the range.
        const unit = (fraction: number) => 2 ** -fraction;
        const lookup = (slope: number, tail: number) =>
          slope * 2 ** -sampleFraction(p) + 2 * unit(p.gateOutputFraction) + tail;
        const sigmoid = lookup(1 / 4, 1 - exact("sigmoid", p.tableRange)) + unit(p.gateFraction) / 4;
        const tanh = lookup(1, 1 - exact("tanh", p.tableRange));
        after.forEach((value, cell) => {
          const q = Math.abs(found.q[cell] * unit(p.gateFraction));
          const candidate = tanh + sigmoid * q + 2 * unit(p.gateFraction);
          const mixed = sigmoid * (Math.abs(before[cell]) + 1) + candidate + sigmoid * candidate;
          expect(Math.abs(found.c[cell] * unit(p.stateFraction) - value)).toBeLessThanOrEqual(
            mixed + unit(p.stateFraction),
          );
          expect(Math.abs(found.y[cell] * unit(p.outputFraction) - value)).toBeLessThanOrEqual(
            mixed + unit(p.outputFraction),
          );
        });
      }),
      { numRuns: 300 },
    );
  });

  it("stays near real numbers through stacked layers and many steps", () => {
    const p = parametersOf({ lookup: "linear", tableSize: 256 }, "gru");
    const random = new Random(9);
    const largest = { x: 2 ** 12, weight: 2 ** 9, bias: 2 ** 11, c: 2 ** 17, y: 0 };
    const drawn = [5, 6, 7].map((inputs, layer) =>
      drawOperation(p, { inputs, cells: 6 + layer, steps: 60, density: 0.6, largest }, () => random.uniform()),
    );
    const networks = drawn.map(({ network }) => network as GruNetwork);
    const [network, ...above] = networks;
    const states = drawn.map(({ sequences }) => stateOf(p, sequences[0].state.c));
    const { x } = drawn[0].sequences[0];
    const operation = (steps: typeof x) => ({
      ...{ network, above, batched: false },
      sequences: [{ x: steps, state: states[0], above: states.slice(1) }],
    });
    const found = goldenEse(p, operation(x)) as { y: number[][]; c: number[][] };
    const layers = networks.map((layer, k) => floatGru(k === 0 ? p : aboveFirst(p), layer));
    const real: (readonly number[])[] = states.map(({ c }) => c.map((raw) => raw * 2 ** -p.stateFraction));
    x.forEach((step, t) => {
      let values: readonly number[] = step.map((raw) => raw * 2 ** -p.inputFraction);
      layers.forEach((layer, k) => {
        real[k] = floatGruStep(layer, values, real[k]);
        values = real[k];
      });
      values.forEach((value, i) => {
        expect(Math.abs(value - found.y[t][i] * 2 ** -p.outputFraction)).toBeLessThan(0.003);
      });
    });
    real.forEach((layer, k) => {
      layer.forEach((value, i) => {
        expect(Math.abs(value - found.c[k][i] * 2 ** -p.stateFraction)).toBeLessThan(0.003);
      });
    });
    // The layers are not so weak that nothing of x is left at the top.
    expect(goldenEse(p, operation(x.map((step) => step.map((raw) => -raw)))).y).not.toEqual(found.y);
  });
});

it("a state of many bits moves where that of y would stand still", () => {
  const empty = (rows: number, cols: number) => ({ rows, cols, entries: [] });
  const gate = () => ({ z: empty(1, 1), r: empty(1, 1), h: empty(1, 1) });
  // z is near 1, the candidate near 1: the state creeps up.
  const network: GruNetwork = {
    ...{ kind: "gru", inputs: 1, cells: 1, outputs: 1, input: gate(), recurrent: gate() },
    bias: { z: [7 * 2 ** 11], r: [0], hx: [7 * 2 ** 11], hr: [0] },
  };
  const steps = Array.from({ length: 600 }, () => [0]);
  const last = (sets: Record<string, unknown>) => {
    const p = parametersOf(sets);
    const after = goldenSteps(p, network, { x: steps, state: { c: [0], y: [0] } });
    return after[after.length - 1].y[0] * 2 ** -p.outputFraction;
  };
  expect(last({ stateBits: 12, stateFraction: 9 })).toBeLessThan(0.002);
  expect(last({ stateBits: 17, stateFraction: 15 })).toBeCloseTo(1 - exact("sigmoid", 7) ** 600, 2);
});
