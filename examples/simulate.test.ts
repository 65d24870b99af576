/** A test bench in TypeScript on the in-process simulator. */
import { expect, it } from "vitest";
import { simulate } from "../hdl/index.ts";
import { mac } from "./mac.ts";

it("mac adds products while enabled", () => {
  const dut = simulate(mac, { width: 8, accWidth: 32 });
  const trace = dut.trace(["enable", "a", "sum"]);
  dut.reset();
  dut.in.enable = true;
  dut.in.a = -3;
  dut.in.b = 5;
  dut.tick(3);
  dut.in.enable = false;
  dut.tick();
  expect(dut.out.sum).toBe(-45);
  expect(dut.peek("total")).toBe(-45);
  expect(trace.waves()).toMatchInlineSnapshot(`
    "        0   1   2   3   4
    enable  ____╱‾‾‾‾‾‾‾‾‾‾‾╲___
    a       │0  │-3             │
    sum     │0      │-15│-30│-45│"
  `);
});
