import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { type EseEncoding, encodeEse, type PeEntries } from "./encode.ts";
import { drawOperation } from "./fixture.ts";
import { type EseNetwork, gateMatrices, type WeightEntry } from "./network.ts";
import { eseSpec } from "./spec.ts";

const zeros = { x: 0, weight: 2047, bias: 0, c: 0, y: 0 };

/** Reads the entries of a PE back: column, gate, row and weight, padding left out. */
function decoded({ weights, indices, counts }: PeEntries, pe: number, format: EseEncoding, segments: number) {
  const { pes, blocks, rowDepth } = format;
  const found: [column: number, gate: number, row: number, raw: number][] = [];
  const blockRows = rowDepth / blocks;
  let at = 0;
  counts.forEach((count, i) => {
    const segment = i % segments;
    let offset = -1;
    for (let n = 0; n < count; n++) {
      offset += indices[at] + 1;
      expect(offset).toBeLessThan(blockRows);
      const local = (segment % blocks) * blockRows + offset;
      if (weights[at] !== 0) {
        found.push([Math.floor(i / segments), Math.floor(segment / blocks), local * pes + pe, weights[at]]);
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
    ...gateMatrices(network).flatMap(({ input, recurrent }, g) => [
      ...own(input.entries, 0, g),
      ...own(recurrent.entries, network.inputs, g),
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
      kind: fc.constantFrom("cell=gru", "projection=0", "projection=5", "projection=40"),
      density: fc.constantFrom(0, 0.05, 0.3, 1),
      seed: fc.nat(1e6),
    });
    fc.assert(
      fc.property(shapes, ({ pes, blocks, indexBits, cells, kind, density, seed }) => {
        const { parameters } = resolveParameters(eseSpec, { sets: [kind] });
        const random = new Random(seed);
        const drawing = { inputs: 3, cells, steps: 1, density, largest: zeros };
        const { network } = drawOperation(parameters, drawing, () => random.uniform());
        const rowDepth = Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(cells, parameters.projection) / pes)));
        const format = { pes, blocks, indexBits, rowDepth };
        encodeEse(network, format).forEach((entries, pe) => {
          expect(decoded(entries, pe, format, (kind === "cell=gru" ? 3 : 4) * blocks)).toEqual(
            stored(network, pe, pes),
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it("take padding only where a gap inside a block is too long for an index", () => {
    const matrix = (cols: number, ...entries: WeightEntry[]) => ({ rows: 64, cols, entries });
    const none = { i: matrix(64), f: matrix(64), g: matrix(64), o: matrix(64) };
    const network: EseNetwork = {
      kind: "lstm",
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
