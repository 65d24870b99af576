import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { arrayLuts } from "./area.ts";
import { initiationInterval } from "./cycles.ts";
import { fold } from "./fold.ts";
import { bnnSpec } from "./spec.ts";

const layersOf = (sizes: readonly number[]) => sizes.slice(1).map((rows, i) => ({ rows, cols: sizes[i] }));
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 4 });

describe("fold", () => {
  it("keeps the interval, and gives parameters that chain", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3000 }), (sizes, interval) => {
        const layers = layersOf(sizes);
        const { pes, lanes, ...found } = fold(layers, { interval });
        const { parameters } = resolveParameters(bnnSpec, { sets: [`pes=${pes}`, `lanes=${lanes}`] });
        expect(initiationInterval(parameters, layers)).toBe(found.interval);
        expect(found.interval).toBeLessThanOrEqual(interval);
        const luts = pes.reduce((sum, elements, i) => sum + arrayLuts({ pes: elements, lanes: lanes[i] }), 0);
        expect(found.luts).toBeCloseTo(luts, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("is the cheapest of all choices, on a network small enough to try them all", () => {
    const layers = layersOf([6, 4, 3]);
    const all = [1, 2, 3, 4, 6, 8];
    let best = Number.POSITIVE_INFINITY;
    for (const p0 of [1, 2, 4]) {
      for (const s0 of all) {
        for (const p1 of [1, 3, 2, 4]) {
          for (const s1 of [1, 2, 4]) {
            const widths = { pes: [p0, p1], lanes: [s0, s1] };
            const chains = p0 % s1 === 0 || s1 % p0 === 0;
            if (!chains || initiationInterval(widths, layers) > 6) continue;
            best = Math.min(best, arrayLuts({ pes: p0, lanes: s0 }) + arrayLuts({ pes: p1, lanes: s1 }));
          }
        }
      }
    }
    expect(fold(layers, { interval: 6 }).luts).toBeCloseTo(best, 6);
  });

  it("spends a budget on the fewest cycles", () => {
    const layers = layersOf([784, 256, 256, 256, 10]);
    const small = fold(layers, { luts: 2000 });
    const large = fold(layers, { luts: 20000 });
    expect(small.luts).toBeLessThanOrEqual(2000);
    expect(large.luts).toBeLessThanOrEqual(20000);
    expect(large.interval).toBeLessThan(small.interval);
    expect(fold(layers, { interval: small.interval }).luts).toBeLessThanOrEqual(small.luts);
  });

  it("says what would do where nothing does", () => {
    expect(() => fold(layersOf([784, 10]), { luts: 10 })).toThrow(UserError);
  });
});
