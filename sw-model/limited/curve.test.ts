import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { type Curve, checkSame, curveText, newCurve, parseCurve } from "./curve.ts";
import { limitedPlans } from "./plan.ts";
import { plotCurves } from "./plot.ts";

const curveOf = (numbers: string, errors: readonly number[]): Curve => ({
  ...newCurve(limitedPlans.small, numbers, 1),
  points: errors.map((testError, i) => ({
    epoch: i + 1,
    loss: 1 / (i + 1),
    testError,
    finished: "2026-01-01T00:00:00.000Z",
    seconds: 2.5,
  })),
});

describe("a curve's file", () => {
  it("reads back what it wrote", () => {
    const curve = curveOf("stochastic-8-8", [0.5, 0.25]);
    expect(parseCurve(JSON.parse(curveText(curve)))).toEqual(curve);
  });

  it("is refused where it is none, with the place", () => {
    const text = curveText(curveOf("float", [0.5])).replace('"loss":1', '"loss":"1"');
    expect(() => parseCurve(JSON.parse(text), "c.json")).toThrow(/c\.json: \$\.points\[0\]\.loss: expected a number/);
    expect(() => parseCurve({ format: "other" })).toThrow(UserError);
  });

  it("belongs to a training of the same settings, whatever its number of epochs", () => {
    const plan = limitedPlans.small;
    const wanted = newCurve({ ...plan, descent: { ...plan.descent, epochs: 99 } }, "float", 1);
    checkSame(curveOf("float", [0.5]), wanted, "c.json");
    expect(() => checkSame(curveOf("float", [0.5]), { ...wanted, seed: 2 }, "c.json")).toThrow(/other settings/);
  });
});

describe("plotCurves", () => {
  it("draws a line a curve, with its last error beside its name", () => {
    const curves = ["nearest-8-8", "stochastic-2-14", "float", "stochastic-8-8"].map((name) =>
      curveOf(name, [0.9, 0.2, 0.0425]),
    );
    const svg = plotCurves([...curves, curveOf("nearest-2-14", [])], "errors of <one> network");
    expect(svg.match(/<polyline/g)).toHaveLength(4);
    expect(svg.match(/[^>]*: 4\.25 %/g)).toEqual([
      "float: 4.25 %",
      "stochastic ⟨8, 8⟩: 4.25 %",
      "nearest ⟨8, 8⟩: 4.25 %",
      "stochastic ⟨2, 14⟩: 4.25 %",
    ]);
    expect(svg).toContain("errors of &lt;one> network");
    // Log scale: from 2 % at the bottom to 100 % on top, three epochs wide.
    expect(svg).toContain('points="227.3,49.5 398.7,184.8');
    expect(svg).not.toContain("NaN");
  });

  it("draws an empty frame without curves", () => expect(plotCurves([], "none")).not.toContain("NaN"));
});
