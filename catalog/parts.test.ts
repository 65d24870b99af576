import fc from "fast-check";
import { expect, it } from "vitest";
import { simulate } from "../hdl/index.ts";
import { lfsr, maximalMask, WideLfsr } from "./parts.ts";

it("an LFSR of any width draws what its golden model draws", () => {
  const shapes = fc.integer({ min: 2, max: 168 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      stepsPerDraw: fc.integer({ min: 1, max: 2 * width + 3 }),
      seed: fc.bigInt({ min: 1n, max: 2n ** BigInt(width) - 1n }),
    }),
  );
  fc.assert(
    fc.property(shapes, ({ width, stepsPerDraw, seed }) => {
      const dut = simulate(lfsr, { width, mask: maximalMask(width), stepsPerDraw });
      const golden = new WideLfsr(width, seed, stepsPerDraw);
      dut.in.load = true;
      dut.in.seed = width > 32 ? seed : Number(seed);
      dut.tick();
      dut.in.load = false;
      dut.in.draw = true;
      for (let i = 0; i < 5; i++, dut.tick()) expect(BigInt(dut.out.value)).toBe(golden.draw());
    }),
    { numRuns: 25 },
  );
});

it("the golden model takes whole numbers of steps alone", () => {
  for (const steps of [0, -1, 1.5, Number.NaN]) expect(() => new WideLfsr(16, 1n, steps)).toThrow(RangeError);
  for (const steps of [-1, 1.5, Number.NaN]) expect(() => new WideLfsr(16, 1n).advance(steps)).toThrow(RangeError);
});
