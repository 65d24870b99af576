import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { bnnCycles, initiationInterval } from "./cycles.ts";
import { fitBnn } from "./fit.ts";
import { bnnSpec } from "./spec.ts";

const width = fc.constantFrom(1, 2, 4, 8, 16, 32);
const pipeline = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 2, maxLength: 6 }),
    pes: fc.array(width, { minLength: 5, maxLength: 5 }),
    lanes: fc.array(width, { minLength: 5, maxLength: 5 }),
  })
  .map(({ sizes, pes, lanes }) => {
    const layers = sizes.slice(1).map((rows, i) => ({ rows, cols: sizes[i] }));
    const lists = [`pes=${pes.slice(0, layers.length)}`, `lanes=${lanes.slice(0, layers.length)}`];
    const { parameters, explicit } = resolveParameters(bnnSpec, { sets: lists });
    return { layers, parameters: fitBnn(parameters, explicit, layers) };
  })
  .filter(({ layers, parameters }) => initiationInterval(parameters, layers) < 700);

describe("bnnCycles", () => {
  it("settles at the initiation interval, with buffers of two vectors", () => {
    fc.assert(
      fc.property(pipeline, ({ layers, parameters }) => {
        const cycles = (vectors: number) => bnnCycles(parameters, layers, vectors);
        expect(cycles(24) - cycles(12)).toBe(12 * initiationInterval(parameters, layers));
        expect(cycles(1)).toBeGreaterThanOrEqual(initiationInterval(parameters, layers));
      }),
      { numRuns: 60 },
    );
  });

  it("is what pencil and paper give for one layer: the folds, and three edges to the result", () => {
    const layers = [{ rows: 10, cols: 100 }];
    const { parameters } = resolveParameters(bnnSpec, { sets: ["pes=4", "lanes=30", "inputDepth=8"] });
    expect(bnnCycles(parameters, layers, 1)).toBe(3 * 4 + 3);
    expect(bnnCycles(parameters, layers, 7)).toBe(7 * 3 * 4 + 3);
    expect(bnnCycles(parameters, layers, 0)).toBe(0);
  });

  it("is what pencil and paper give for two layers", () => {
    // Both need one word, of two rows: the first layer's results arrive one edge apart from edge 4 on.
    const layers = [
      { rows: 2, cols: 1 },
      { rows: 1, cols: 2 },
    ];
    const cycles = (lanes: number) => {
      const { parameters } = resolveParameters(bnnSpec, { sets: ["pes=1,1", `lanes=1,${lanes}`, "inputDepth=4"] });
      return bnnCycles(parameters, layers, 1);
    };
    // The second result leaves at edge 5; buffered, read, counted, added, it leaves the second layer at edge 9.
    expect(cycles(1)).toBe(9);
    // Gathered into one word of two bits it is an edge later.
    expect(cycles(2)).toBe(10);
  });
});
