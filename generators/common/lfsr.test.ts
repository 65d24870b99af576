import { describe, expect, it } from "vitest";
import { elaborate, HdlError, Simulator } from "../../hdl/index.ts";
import { Lfsr, lfsrMasks } from "../../sw-model/format/lfsr.ts";
import { lfsr } from "./lfsr.ts";

const widths = Object.keys(lfsrMasks).map(Number);

describe.each(widths)("the LFSR of %d bits", (width) => {
  it.each([1, 3, 16, 17])("gives the golden sequence at %d steps a draw, and waits between draws", (stepsPerDraw) => {
    const dut = new Simulator(elaborate(lfsr, { width, mask: lfsrMasks[width], stepsPerDraw }));
    const seed = 2 ** width - 77;
    const golden = new Lfsr(width, seed, stepsPerDraw);
    dut.poke("reset", 1);
    dut.step();
    dut.poke("reset", 0);
    expect(dut.peek("value")).toBe(1);
    dut.poke("load", 1);
    dut.poke("seed", seed);
    dut.step();
    dut.poke("load", 0);
    for (let cycle = 0; cycle < 500; cycle++) {
      const draw = cycle % 3 === 1;
      dut.poke("draw", draw ? 1 : 0);
      expect(dut.peek("value")).toBe(golden.state);
      if (draw) golden.draw();
      dut.step();
    }
  });
});

describe("the sequence", () => {
  it("starts as worked by hand from the rule: 1, mask, mask >> 1, …", () => {
    const golden = new Lfsr(16, 1);
    expect(Array.from({ length: 5 }, () => golden.draw())).toEqual([0x0001, 0xb400, 0x5a00, 0x2d00, 0x1680]);
  });

  it.each([8, 16])("of %d bits runs through every state but 0", (width) => {
    const golden = new Lfsr(width, 1);
    const seen = new Set(Array.from({ length: 2 ** width - 1 }, () => golden.draw()));
    expect(seen.size).toBe(2 ** width - 1);
    expect(golden.state).toBe(1);
  });
});

it("refuses a mask that does not belong to the width", () => {
  expect(() => elaborate(lfsr, { width: 16, mask: 0xb8, stepsPerDraw: 1 })).toThrow(HdlError);
  expect(() => elaborate(lfsr, { width: 16, mask: 0xb400, stepsPerDraw: 0 })).toThrow(/0 steps a draw/);
});

it.each([0, 65536, 1.5])("the golden model refuses the seed %s", (seed) => {
  expect(() => new Lfsr(16, seed)).toThrow(RangeError);
});
