import { describe, expect, it } from "vitest";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { drawLayer, paperLayers } from "./eie-layers.ts";
import { benchPage, type Figure } from "./page.ts";

const { parameters } = resolveParameters(eieSpec, { preset: "paper" });
const small = paperLayers.find(({ name }) => name === "nt-lstm") as (typeof paperLayers)[number];

describe("drawn layers", () => {
  it.each(["random", "clustered"] as const)("have the shares that they should, %s", (sparsity) => {
    const { matrix, x } = drawLayer({ ...small, activations: 0.371 }, parameters, { seed: 3, sparsity });
    expect(x.filter((value) => value !== 0).length).toBe(Math.round(1201 * 0.371));
    const share = matrix.rowOf.length / (matrix.rows * matrix.cols);
    expect(Math.abs(share / small.calibrated - 1)).toBeLessThan(sparsity === "random" ? 0.01 : 0.1);
    for (let col = 0; col < matrix.cols; col++) {
      const rows = matrix.rowOf.subarray(matrix.columnStart[col], matrix.columnStart[col + 1]);
      expect(rows.every((row, i) => row < matrix.rows && (i === 0 || row > rows[i - 1]))).toBe(true);
    }
  });

  it("are the same for the same seed, and others for another", () => {
    const draw = (seed: number) => drawLayer(small, parameters, { seed });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).matrix.rowOf).not.toEqual(draw(2).matrix.rowOf);
  });
});

it("a page escapes what it shows and has a line and a table row for each series", () => {
  const figure: Figure = {
    title: "a < b",
    x: { name: "n", values: [1, 2, 4] },
    y: "share",
    series: [
      { name: "one", values: [0.1, 0.2, 0.4] },
      { name: "two & three", values: [1, 1, 1] },
    ],
  };
  const page = benchPage("x", [{ what: "r", value: 1 / 3, unit: "share", bar: 0.3, met: true }], [figure]);
  expect(page).toContain("<td>r</td><td>0.3333</td><td>share</td>");
  expect(page).toContain("a &lt; b");
  expect(page).toContain("<td>two &amp; three</td><td>1</td>");
  expect(page.match(/<polyline/g)).toHaveLength(2);
  // 0.1 of at most 1 stands a tenth up.
  expect(page).toMatch(/points="64\.0,340\.0 /);
});
