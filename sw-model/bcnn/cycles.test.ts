import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { edgesOf } from "./cycles.ts";
import { edgesOneByOne } from "./fixtures/edge-by-edge.ts";
import { type BcnnParameters, bcnnSpec, layersOf } from "./spec.ts";

const size = (most: number) => fc.integer({ min: 1, max: most });
const list = (value: fc.Arbitrary<number>) => fc.array(value, { minLength: 3, maxLength: 3 });

/** Three layers whose folds make now one, now the other wait; those that break a rule are left out. */
const networks = fc
  .record({
    width: size(9),
    height: size(9),
    channels: fc.oneof(size(3), size(20)),
    kernel: list(fc.nat(3)),
    stride: list(fc.constantFrom(1, 1, 2)),
    padding: list(fc.constantFrom(0, 0, 1, 2)),
    outputs: list(size(12)),
    pool: list(fc.constantFrom(1, 1, 2)),
    pes: list(fc.oneof(size(2), size(12))),
    lanes: list(fc.oneof(size(3), size(40))),
    results: fc.constantFrom("dots" as const, "bits" as const),
  })
  .map((values): BcnnParameters => ({ ...resolveParameters(bcnnSpec).parameters, ...values }))
  .filter((parameters) => bcnnSpec.rules?.every(({ holds }) => holds(parameters)) ?? true);

it("pixel by pixel gives the edges that one edge after the other does", () => {
  fc.assert(
    fc.property(networks, size(3), list(fc.nat(5)), (parameters, maps, countRegisters) => {
      const network = [layersOf(parameters), parameters.results === "dots", maps, countRegisters] as const;
      const edges = edgesOf(...network);
      const { lastPixel, ...others } = edgesOneByOne(...network);
      expect(edges).toMatchObject(others);
      // One by one ends with the last result, which may leave before the last pixel comes.
      if (lastPixel >= 0) expect(edges.lastPixel).toBe(lastPixel);
      else expect(edges.lastPixel).toBeGreaterThan(edges.end);
    }),
    { numRuns: 150 },
  );
});

it("the folds of a large map take no time of their own", () => {
  const sets = "width=256 height=256 kernel=16 outputs=4096 pool=1 pes=1 lanes=1".split(" ");
  const { parameters } = resolveParameters(bcnnSpec, { sets });
  const { end } = edgesOf(layersOf(parameters), true, 1, []);
  // 241 x 241 windows of 256 words, each once for every output; before them 15 rows and 15 pixels, and the steps of a word.
  expect(end).toBe(241 ** 2 * 4096 * 256 + 15 * 256 + 15 + 5);
});
