import { expect, it } from "vitest";
import { isSlip } from "./slip.ts";

it("tells slips of the pen from names that differ on purpose", () => {
  for (const [written, meant] of [
    ["dpeth", "depth"],
    ["widht", "width"],
    ["stagse", "stages"],
    ["stges", "stages"],
    ["widdth", "width"],
    ["queueDeptth", "queueDepth"],
  ])
    expect([written, isSlip(written, meant), isSlip(meant, written)]).toEqual([written, true, true]);
  for (const [one, other] of [
    ["rows", "cols"],
    ["min", "max"],
    ["aWidth", "bWidth"],
    ["depth", "depths"],
    ["lanes", "line"],
    ["outputs", "output"],
    ["lane1", "lane12"],
    ["in1Width", "in12Width"],
    ["lane", "plane"],
    ["a", "b"],
    ["ab", "ba"],
    ["width", "width"],
    ["width", "depth"],
  ])
    expect([one, other, isSlip(one, other), isSlip(other, one)]).toEqual([one, other, false, false]);
});
