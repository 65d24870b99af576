import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { encodeEse, type PeEntries } from "./encode.ts";
import { drawOperation } from "./fixture.ts";
import { type EseNetwork, gates, type WeightEntry } from "./network.ts";
import { eseSpec } from "./spec.ts";

const zeros = { x: 0, weight: 2047, bias: 0, c: 0, y: 0 };

/** Reads the entries of a PE back: column, gate, row and weight, padding left out. */
function decoded({ weights, indices, counts }: PeEntries, pe: number, pes: number, blocks: number, rowDepth: number) {
  const found: [column: number, gate: number, row: number, raw: number][] = [];
  const blockRows = rowDepth / blocks;
  let at = 0;
  counts.forEach((count, i) => {
    const segment = i % (4 * blocks);
    let offset = -1;
    for (let n = 0; n < count; n++) {
      offset += indices[at] + 1;
      expect(offset).toBeLessThan(blockRows);
      const local = (segment % blocks) * blockRows + offset;
      if (weights[at] !== 0) {
        found.push([Math.floor(i / (4 * blocks)), Math.floor(segment / blocks), local * pes + pe, weights[at]]);
      }
      at++;
    }
  });
  expect(at).toBe(weights.length);
  return found;
}

function stored(network: EseNetwork, pe: number, pes: number) {
  const own = (entries: readonly WeightEntry[], firstColumn: number, gate: number) =>
    entries
      .filter(([row, , raw]) => row % pes === pe && raw !== 0)
      .map(([row, col, raw]) => [firstColumn + col, gate, row, raw]);
  const projection = network.projection?.entries ?? [];
  return [
    ...gates.flatMap((gate, g) => [
      ...own(network.input[gate].entries, 0, g),
      ...own(network.recurrent[gate].entries, network.inputs, g),
    ]),
    ...own(projection, network.inputs + network.outputs, 0),
  ].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
}

describe("the entries of the PEs", () => {
  it("are the weights, in the order of columns, gates and rows, for any shape", () => {
    const shapes = fc.record({
      pes: fc.integer({ min: 1, max: 6 }),
      blocks: fc.constantFrom(1, 2, 4),
      indexBits: fc.integer({ min: 1, max: 5 }),
      cells: fc.integer({ min: 1, max: 64 }),
      projection: fc.constantFrom(0, 0, 5, 40),
      density: fc.constantFrom(0, 0.05, 0.3, 1),
      seed: fc.nat(1e6),
    });
    fc.assert(
      fc.property(shapes, ({ pes, blocks, indexBits, cells, projection, density, seed }) => {
        const { parameters } = resolveParameters(eseSpec, { sets: [`projection=${projection}`] });
        const random = new Random(seed);
        const drawing = { inputs: 3, cells, steps: 1, density, largest: zeros };
        const { network } = drawOperation(parameters, drawing, () => random.uniform());
        const rowDepth = Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(cells, projection) / pes)));
        encodeEse(network, { pes, blocks, indexBits, rowDepth }).forEach((entries, pe) => {
          expect(decoded(entries, pe, pes, blocks, rowDepth)).toEqual(stored(network, pe, pes));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("take padding only where a gap inside a block is too long for an index", () => {
    const matrix = (cols: number, ...entries: WeightEntry[]) => ({ rows: 64, cols, entries });
    const none = { i: matrix(64), f: matrix(64), g: matrix(64), o: matrix(64) };
    const network = {
      inputs: 1,
      cells: 64,
      outputs: 64,
      input: { i: matrix(1, [31, 0, 5], [48, 0, 7]), f: matrix(1), g: matrix(1), o: matrix(1, [63, 0, -1]) },
      recurrent: none,
      bias: { i: [], f: [], g: [], o: [] },
    };
    const [whole] = encodeEse(network, { pes: 1, indexBits: 4, blocks: 1, rowDepth: 64 });
    expect([...whole.weights]).toEqual([0, 5, 0, 7, 0, 0, 0, -1]);
    expect([...whole.indices]).toEqual([15, 15, 15, 0, 15, 15, 15, 15]);
    const [cut] = encodeEse(network, { pes: 1, indexBits: 4, blocks: 4, rowDepth: 64 });
    expect([...cut.weights]).toEqual([5, 7, -1]);
    expect([...cut.indices]).toEqual([15, 0, 15]);
    expect([...cut.counts.subarray(0, 16)]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});
