import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CoverageData } from "../testbench/coverage/data.ts";
import { whittle } from "./fixtures/whittle.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-cli-coverage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]) {
  const { status, json } = await whittle(...words, "--json");
  return { status, document: json() as Record<string, never> };
}
const stored = (name: string) => JSON.parse(readFileSync(join(folder, name, "coverage.json"), "utf8")) as CoverageData;

describe("check --coverage", () => {
  it("writes a page, lcov and data into a folder, the same counts on both engines", async () => {
    const summaries: unknown[] = [];
    for (const engine of ["wasm", "verilator"]) {
      const out = join(folder, engine);
      const words = ["check", "srmac", "--preset", "small", "--cases", "2", "--engine", engine, "--coverage", out];
      const { status, document } = await run(...words);
      expect(status).toBe(0);
      expect(readdirSync(out).sort()).toEqual(["coverage.json", "index.html", "lcov.info"]);
      summaries.push(document.coverage);
    }
    const lcov = (engine: string) => readFileSync(join(folder, engine, "lcov.info"), "utf8");
    expect(lcov("verilator")).toBe(lcov("wasm"));
    expect(lcov("wasm")).toContain("SF:generators/srmac/mac.ts");
    expect(Object.keys(summaries[0] as object)).toEqual(["runs", "arms", "lines"]);
    expect(summaries[1]).toMatchObject(summaries[0] as object);
    expect(Object.keys(summaries[1] as object)).toEqual(["runs", "arms", "lines", "branches", "toggles"]);
    const page = readFileSync(join(folder, "verilator", "index.html"), "utf8");
    expect(page).not.toMatch(/<script|src=|href="http/);
    expect(page).toContain('id="generators/srmac/mac.ts:');
  });

  it("writes lcov alone into a file", async () => {
    const out = join(folder, "srmac.info");
    const { status } = await run("check", "srmac", "--cases", "0", "--coverage", out);
    expect(status).toBe(0);
    expect(readFileSync(out, "utf8")).toMatch(/^TN:\nSF:/);
  });

  it("refuses an engine that counts nothing", async () => {
    const { status, document } = await run("check", "srmac", "--engine", "icarus", "--coverage", join(folder, "no"));
    expect(status).toBe(2);
    expect(document.error).toMatchObject({ code: "conflicting-flags", expected: "--engine wasm or verilator" });
    expect(existsSync(join(folder, "no"))).toBe(false);
  });
});

describe("coverage", () => {
  it("adds runs up", async () => {
    for (const seed of ["1", "2"]) {
      const out = join(folder, `seed${seed}`);
      await run("check", "srmac", "--cases", "2", "--seed", seed, "--coverage", out);
    }
    const sum = join(folder, "sum");
    const { status, document } = await run("coverage", join(folder, "seed1"), join(folder, "seed2"), "-o", sum);
    expect([status, document.runs]).toEqual([0, 2]);
    const [one, two, both] = ["seed1", "seed2", "sum"].map((name) => stored(name).typescript[0].arms[0].count);
    expect(both).toBe(one + two);
    expect(one).toBeGreaterThan(0);
  });

  it("refuses what is no coverage", async () => {
    const bad = async (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      const { status, document } = await run("coverage", join(folder, name), "-o", join(folder, "bad"));
      expect(status).toBe(2);
      expect(existsSync(join(folder, "bad"))).toBe(false);
      return document.error as { code: string; where: string };
    };
    const good = JSON.stringify(stored("sum"));
    expect((await bad("cut.json", good.slice(0, 100))).code).toBe("not-json");
    expect((await bad("other.json", "{}")).code).toBe("bad-coverage");
    const { code, where } = await bad("count.json", good.replace(/"count":\d+/, '"count":-1'));
    expect([code, where]).toEqual(["bad-coverage", `${join(folder, "count.json")}: typescript[0].arms[0].count`]);
    const missing = await run("coverage", join(folder, "nowhere"), "-o", join(folder, "bad"));
    expect(missing.document.error).toMatchObject({ code: "file-not-found" });
  });

  it("refuses runs of different sources", async () => {
    const data = stored("sum");
    const changed = { ...data, typescript: data.typescript.map((one) => ({ ...one, text: `${one.text}\n` })) };
    writeFileSync(join(folder, "changed.json"), JSON.stringify(changed));
    const { document } = await run(
      "coverage",
      join(folder, "sum"),
      join(folder, "changed.json"),
      "-o",
      join(folder, "bad"),
    );
    expect(document.error).toMatchObject({ code: "coverage-sources-differ", where: data.typescript[0].file });
  });
});

it("regress --coverage gathers what all cases cover", async () => {
  const out = join(folder, "regress");
  const words = [
    "regress",
    "srmac",
    "--preset",
    "small,defaults",
    "--engine",
    "wasm",
    "--cases",
    "1",
    "--coverage",
    out,
  ];
  const { status, document } = await run(...words);
  expect([status, document.passed, document.coverage]).toMatchObject([0, 2, { runs: 2 }]);
  expect(stored("regress").runs).toBe(2);
});
