import { expect, it } from "vitest";
import { simulate } from "../../hdl/index.ts";
import { counter } from "./counter.ts";

it("counts to the limit and starts again", () => {
  const dut = simulate(counter, { width: 4, limit: 2 });
  const trace = dut.trace(["reset", "enable", "count", "last"]);
  dut.reset();
  dut.in.enable = true;
  dut.tick(4);
  dut.in.enable = false;
  dut.tick(2);

  expect(dut.out.count).toBe(1);
  expect(trace.waves()).toMatchInlineSnapshot(`
    "        0 1 2 3 4 5 6
    reset   ‾‾╲___________
    enable  __╱‾‾‾‾‾‾‾╲___
    count   │0  │1│2│0│1  │
    last    ______╱‾╲_____"
  `);
});
