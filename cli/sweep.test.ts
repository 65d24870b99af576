import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { whittle } from "./fixtures/whittle.ts";

let folder = "";
let operation = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-sweep-"));
  operation = join(folder, "op.json");
  writeFileSync(operation, JSON.stringify({ vectors: [[0, 0, 5, 1]] }));
  vi.stubEnv("WHITTLE_CACHE", join(folder, "cache"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const sweep = async (...words: string[]) => {
  const { status, json, log } = await whittle("sweep", ...words, "--json");
  return { status, log, document: json() as { points: Record<string, unknown>[] } };
};

describe("sweep", () => {
  it("gives area, cycles and agreement of each point, and the error of one that cannot be", async () => {
    const [csv, svg] = [join(folder, "points.csv"), join(folder, "points.svg")];
    const words = ["lnzd", "--set", "width=4", "--vary", "inputs=4,5000,2", "--target", "gates", "--op", operation];
    const { status, document, log } = await sweep(...words, "--check", "3", "--csv", csv, "--svg", svg);
    expect(status).toBe(0);
    const [first, second, third] = document.points;
    expect(first).toMatchObject({
      varied: { inputs: "4" },
      parameters: { inputs: 4, width: 4 },
      reports: [{ target: "gates", nand2: expect.any(Number), depth: expect.any(Number) }],
      cycles: 1,
      check: { mismatches: 0 },
      cached: false,
    });
    expect(second).toMatchObject({ varied: { inputs: "5000" }, error: { code: "parameter-out-of-range" } });
    // The operation has vectors of four values: the area stands, the cycles cannot be.
    expect(third).toMatchObject({
      reports: [{ target: "gates" }],
      error: { where: expect.stringContaining("op.json") },
    });
    expect(third).not.toHaveProperty("cycles");
    expect(log).toMatch(/^inputs +depth +nand2 +cycles +mismatches +error$/m);
    expect(readFileSync(csv, "utf8")).toMatch(/^inputs,ff,depth,nand2,.*\n4,0,\d+,\d+,/);
    expect(readFileSync(svg, "utf8")).toContain("<title>inputs=4: nand2 ");

    const again = await sweep(...words, "--check", "3");
    expect(again.document.points[0]).toEqual({ ...first, cached: true });
  });

  it.each([
    ["nothing to vary", ["lnzd", "--target", "gates"], "bad-usage"],
    ["nothing to find out", ["lnzd", "--vary", "inputs=4"], "bad-usage"],
    ["an unknown parameter", ["lnzd", "--vary", "input=4", "--target", "gates"], "unknown-parameter"],
    ["an unknown target", ["lnzd", "--vary", "inputs=4", "--target", "gate"], "unknown-target"],
    ["no point that can be", ["lnzd", "--vary", "inputs=0,5000", "--target", "gates"], "parameter-out-of-range"],
    ["a missing operation", ["lnzd", "--vary", "inputs=4", "--op", "nowhere.json"], "file-not-found"],
    ["a plot that is a folder", ["lnzd", "--vary", "inputs=4", "--target", "gates", "--svg", "."], "cannot-write"],
  ])("refuses %s", async (_, words, code) => {
    expect(await sweep(...words)).toMatchObject({ status: 2, document: { error: { code } } });
  });
});
