import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { fitEie, fitEieLayers } from "./fit.ts";
import { matrixOf, parseEieOperation } from "./operation.ts";
import { eieSpec } from "./spec.ts";

const { parameters } = resolveParameters(eieSpec);
const good = {
  rows: 3,
  cols: 2,
  codebook: [0, 5, -7],
  entries: [
    [0, 0, 1],
    [2, 1, 2],
  ],
  x: [32767, -32768],
};

function details(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return { exit: error.exitStatus, ...error.details };
    throw error;
  }
  throw new Error("no error");
}

describe("parseEieOperation", () => {
  it("takes a good operation, relu false by default", () => {
    expect(parseEieOperation(good, parameters)).toEqual({ ...good, relu: false });
    expect(parseEieOperation({ ...good, relu: true }, parameters).relu).toBe(true);
    const pruned = [[1, 1, 2]];
    expect(parseEieOperation({ ...good, pruned }, parameters).pruned).toEqual(pruned);
    expect(parseEieOperation({ ...good, entries: [[0, 0, 0]] }, parameters).entries).toEqual([[0, 0, 0]]);
  });

  it.each([
    [{ rows: 0 }, "$.rows", "0"],
    [{ rows: "3" }, "$.rows", '"3"'],
    [{ cols: 1.5 }, "$.cols", "1.5"],
    [{ codebook: [0, 32768] }, "$.codebook[1]", "32768"],
    [{ codebook: [] }, "$.codebook", "0 values"],
    [{ codebook: new Array(17).fill(0) }, "$.codebook", "17 values"],
    [{ codebook: [1] }, "$.codebook[0]", "1"],
    [{ x: [1] }, "$.x", "1 elements"],
    [{ x: [1, -32769] }, "$.x[1]", "-32769"],
    [{ x: [1, null] }, "$.x[1]", "null"],
    [{ entries: [[0, 0, 1], 7] }, "$.entries[1]", "7"],
    [{ entries: [[0, 0]] }, "$.entries[0]", "2 elements"],
    [{ entries: [[3, 0, 1]] }, "$.entries[0][0]", "3"],
    [{ entries: [[0, -1, 1]] }, "$.entries[0][1]", "-1"],
    [{ entries: [[0, 0, 3]] }, "$.entries[0][2]", "3"],
    [{ relu: 1 }, "$.relu", "1"],
    [{ pruned: [[1, 0, 0]] }, "$.pruned[0][2]", "0"],
    [
      {
        pruned: [
          [1, 0, 1],
          [2, 1, 1],
        ],
      },
      "$.pruned[1]",
      "[2, 1] twice",
    ],
    [{ extra: 1 }, "$.extra", '"extra"'],
  ])("refuses %j at %s", (change, where, found) => {
    expect(details(() => parseEieOperation({ ...good, ...change }, parameters))).toMatchObject({
      exit: 2,
      where,
      found,
    });
  });

  it("names both places of a duplicate, and the file", () => {
    const entries = [...good.entries, [0, 1, 1], [2, 1, 1]];
    expect(details(() => parseEieOperation({ ...good, entries }, parameters, "op.json"))).toMatchObject({
      code: "duplicate-entry",
      message: "op.json: $.entries[3]: row 2, column 1 stands already at $.entries[1]",
    });
    expect(details(() => parseEieOperation({ ...good, x: undefined }, parameters, "op.json")).where).toBe(
      "op.json: $.x",
    );
    expect(details(() => parseEieOperation([], parameters)).where).toBe("$");
  });
});

describe("fitEie", () => {
  const small = resolveParameters(eieSpec, { preset: "small" }).parameters;
  // One column of 200 rows on 2 PEs: 100 entries a PE; 41 columns; 100 activations a PE.
  const tall = {
    ...good,
    rows: 200,
    cols: 41,
    entries: Array.from({ length: 200 }, (_, row) => [row, 0, 1]),
    x: new Array(41).fill(1),
  };
  const operation = parseEieOperation(tall, small);

  it("raises depths to the need, rounded up to a power of two, and never lowers them", () => {
    expect(fitEie(small, new Set(), operation)).toEqual({
      ...small,
      entryDepth: 128,
      columnDepth: 64,
      activationDepth: 128,
    });
    expect(fitEie(parameters, new Set(), parseEieOperation(good, parameters))).toEqual(parameters);
  });

  it("says what is needed where a depth was set by hand", () => {
    expect(details(() => fitEie(small, new Set(["entryDepth"]), operation))).toMatchObject({
      exit: 2,
      code: "does-not-fit",
      message: "the operation needs entryDepth 104, there is 64 (set by hand)",
    });
    expect(details(() => fitEie(small, new Set(["columnDepth"]), operation)).expected).toBe("at least 42");
    expect(details(() => fitEie(small, new Set(["activationDepth"]), operation)).expected).toBe("at least 100");
    expect(fitEie(small, new Set(["pes"]), operation).pes).toBe(2);
  });

  it("leaves a preset's depths as they are, and takes the largest where none suffices: what is left runs in tiles", () => {
    const depths = new Set(["entryDepth", "columnDepth", "activationDepth"]);
    expect(fitEie(small, new Set(), operation, depths)).toEqual(small);
    expect(details(() => fitEie(small, new Set(["columnDepth"]), operation, depths)).expected).toBe("at least 42");
    const wide = { ...operation, cols: 70_000, x: new Array<number>(70_000).fill(0) };
    expect(fitEie(parameters, new Set(), wide)).toMatchObject({ columnDepth: 65_536, activationDepth: 32_768 });
    const narrow = { ...parameters, pes: 16, columnDepth: 8 };
    expect(details(() => fitEie(narrow, new Set(), wide, new Set(["columnDepth"])))).toMatchObject({
      exit: 2,
      message: "the operation needs columnDepth 17, there is 8 (a row of columns)",
    });
  });

  it("adds up the layers of a network, and raises their number where it was not set by hand", () => {
    const layer = matrixOf(operation);
    expect(fitEieLayers(small, new Set(), [layer, layer])).toMatchObject({
      entryDepth: 256,
      columnDepth: 128,
      activationDepth: 128,
    });
    const three = [layer, layer, layer];
    expect(fitEieLayers(small, new Set(), three)).toMatchObject({ layers: 4, codebooks: 4 });
    expect(details(() => fitEieLayers(small, new Set(["layers"]), three)).where).toBe("layers");
  });
});
