import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bnnGenerator } from "../bnn.ts";
import { lnzdGenerator } from "../lnzd.ts";
import { paretoFront, planeOf } from "./pareto.ts";
import { marksUpTo, plotPareto } from "./plot.ts";
import { pointsOf, readAxis } from "./points.ts";
import { csvOf, tableOf } from "./table.ts";

describe("points", () => {
  it("are all combinations, the last axis quickest", () => {
    const axes = [readAxis(lnzdGenerator.spec, "inputs=4, 8,4"), readAxis(lnzdGenerator.spec, "value=true,false")];
    expect(pointsOf(axes)).toEqual([
      ["inputs=4", "value=true"],
      ["inputs=4", "value=false"],
      ["inputs=8", "value=true"],
      ["inputs=8", "value=false"],
    ]);
  });

  it("keep the commas of values that are lists", () => {
    expect(readAxis(bnnGenerator.spec, "pes=16,16,10/8,8,5").values).toEqual(["16,16,10", "8,8,5"]);
  });

  it.each(["inputs", "=4", "inputs=", "inputs=4,,8"])("cannot be read from %s", (text) => {
    expect(() => readAxis(lnzdGenerator.spec, text)).toThrow(/is no list of values/);
  });

  it("vary parameters that there are, once each, and not without end", () => {
    expect(() => readAxis(lnzdGenerator.spec, "input=4")).toThrow(/has no parameter "input"/);
    const axis = { key: "inputs", values: Array.from({ length: 101 }, (_, i) => `${i + 1}`) };
    expect(() => pointsOf([axis, axis])).toThrow("inputs is varied twice");
    expect(() => pointsOf([axis, { ...axis, key: "width" }])).toThrow("these axes make 10201 points");
  });
});

const points = [
  { varied: { inputs: "4" }, reports: [{ lut: 10, ff: 0 }], cycles: 9 },
  { varied: { inputs: "8" }, reports: [{ lut: 30, ff: 0 }], cycles: 2 },
  { varied: { inputs: "9" }, reports: [{ lut: 31, ff: 0 }], cycles: 2 },
  { varied: { inputs: "0" }, error: { code: "bad", message: 'no "0", ever' } },
] as unknown as Parameters<typeof tableOf>[0];

describe("the table", () => {
  it("has what some point has; CSV quotes what it must", () => {
    expect(csvOf(tableOf(points, ["xc7"]))).toBe(
      'inputs,lut,ff,cycles,error\n4,10,0,9,\n8,30,0,2,\n9,31,0,2,\n0,,,,"bad: no ""0"", ever"\n',
    );
    expect(tableOf(points, ["xc7", "lib/tiny.lib"]).columns).toEqual([
      "inputs",
      "xc7.lut",
      "xc7.ff",
      "cycles",
      "error",
    ]);
  });
});

describe("the plot", () => {
  it("sets area against cycles, and marks the front", () => {
    const plane = planeOf(points, ["xc7"]);
    expect(plane).toMatchObject({ x: "lut", y: "cycles" });
    expect(paretoFront(plane.points).map(({ label }) => label)).toEqual(["inputs=4", "inputs=8"]);
    const svg = plotPareto(plane, "a < b");
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg.match(/fill="#0b6e4f"><title>/g)).toHaveLength(2);
    expect(svg).toContain("a &lt; b");
  });

  it("has a front of just those points that no other one beats", () => {
    const plotted = fc.record({ label: fc.constant(""), x: fc.nat(20), y: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(plotted, { minLength: 1 }), (all) => {
        const front = paretoFront(all).map(({ x, y }) => `${x},${y}`);
        const unbeaten = all.filter((a) => !all.some((b) => b.x <= a.x && b.y <= a.y && (b.x < a.x || b.y < a.y)));
        expect(front).toEqual([...new Set(unbeaten.sort((a, b) => a.x - b.x).map(({ x, y }) => `${x},${y}`))]);
      }),
    );
  });

  it("has marks that are few, round, and reach beyond every value", () => {
    expect(marksUpTo([0])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(marksUpTo([1424, 5])).toEqual([0, 500, 1000, 1500]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }), (values) => {
        const marks = marksUpTo(values);
        expect(marks.length).toBeLessThanOrEqual(8);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
      }),
    );
  });
});
