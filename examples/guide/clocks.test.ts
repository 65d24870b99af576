import { expect, it } from "vitest";
import { simulate } from "../../hdl/index.ts";
import { presses } from "./clocks.ts";

it.each([1, 2, 3, 8])("presses are counted across two clocks in %i bits", (bits) => {
  const dut = simulate(presses, { bits }, { seed: bits });
  dut.reset(3);
  const shown = Array.from({ length: 9 }, () => {
    dut.in.button = true;
    dut.tick(4, ["clock"]);
    dut.in.button = false;
    dut.tick(4, ["clock"]);
    dut.tick(2, ["slow_clock"]);
    return dut.out.count;
  });
  expect(shown).toEqual(shown.map((_, i) => (i + 1) % 2 ** bits));
});
