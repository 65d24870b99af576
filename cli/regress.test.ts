import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { catalog } from "../catalog/index.ts";
import { verilogHash } from "../catalog/keys.ts";
import { caseParameters, presetsOf } from "../catalog/regress/plan.ts";
import { whittle } from "./fixtures/whittle.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-regress-"));
  vi.stubEnv("WHITTLE_CACHE", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.stubEnv("WHITTLE_CACHE", join(folder, "cache"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly Record<string, unknown>[];
}
const regress = async (...words: string[]) => {
  const { status, json, log } = await whittle("regress", ...words, "--json");
  return { status, log, report: json() as Report };
};

/** A folder with nothing but these programs, for PATH. */
function programs(name: string, scripts: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [program, script] of Object.entries(scripts)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

describe("regress", () => {
  it("runs what has not passed yet, and what has only when it is asked to", async () => {
    const words = ["lnzd", "--preset", "small,bits", "--engine", "wasm", "--seed", "1,2", "--cases", "3"];
    const { status, report } = await regress(...words);
    expect(status).toBe(0);
    expect(report).toMatchObject({ passed: 4, failed: 0, skipped: 0 });
    expect(report.cases.map(({ preset, seed, cached }) => [preset, seed, cached])).toEqual([
      ["small", 1, false],
      ["small", 2, false],
      ["bits", 1, false],
      ["bits", 2, false],
    ]);
    const [first] = report.cases;
    expect(first.reproduce).toBe("bin/whittle check lnzd --preset small --engine wasm --cases 3 --seed 1");
    expect(first.compared).toBeGreaterThan(0);

    const again = await regress(...words, "--seed", "3");
    expect(again.report.cases.map(({ seed, cached }) => [seed, cached])).toEqual([
      ...[1, 2, 3].map((seed) => [seed, seed < 3]),
      ...[1, 2, 3].map((seed) => [seed, seed < 3]),
    ]);
    expect(again.report.cases[0]).toEqual({ ...first, cached: true });
    const other = await regress("lnzd", "--preset", "small", "--engine", "wasm", "--cases", "4");
    expect(other.report.cases[0].cached).toBe(false);
    const fresh = await regress("lnzd", "--preset", "small", "--engine", "wasm", "--cases", "3", "--fresh");
    expect(fresh.report.cases[0].cached).toBe(false);
  });

  it("tells a failure with the command that repeats it, in text, JSON and JUnit, and does not keep it", async () => {
    const version = 'if [ "$1" = -V ]; then echo "Icarus Verilog version 99.0"; exit 0; fi';
    vi.stubEnv("PATH", programs("broken", { iverilog: `${version}\necho "a <bad> error" >&2; exit 1`, vvp: version }));
    const junit = join(folder, "report.xml");
    const words = ["lnzd", "--preset", "small", "--engine", "wasm,icarus", "--cases", "3", "--junit", junit];
    const { status, report, log } = await regress(...words);
    expect(status).toBe(1);
    expect(report).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
    const reproduce = "bin/whittle check lnzd --preset small --engine icarus --cases 3 --seed 1";
    expect(report.cases[1]).toMatchObject({ status: "failed", reproduce, error: { code: "build-failed" } });
    expect(log).toContain(`repeat it with: ${reproduce}`);
    const xml = readFileSync(junit, "utf8");
    expect(xml).toContain('<testsuite name="lnzd" tests="2" failures="1" errors="0" skipped="0"');
    expect(xml).toContain('<failure message="iverilog failed with exit status 1" type="build-failed">');
    expect(xml).toContain("a &lt;bad&gt; error");
    expect((await regress(...words)).report.cases[1]).toMatchObject({ status: "failed", cached: false });
  });

  it("skips an engine that is not there, loudly, and refuses it when it was named", async () => {
    vi.stubEnv("PATH", programs("empty", {}));
    const words = ["lnzd", "--preset", "small", "--cases", "3"];
    const { status, report, log } = await regress(...words);
    expect(status).toBe(0);
    expect(report).toMatchObject({ passed: 1, failed: 0, skipped: 2 });
    expect(report.cases[2]).toMatchObject({ engine: "icarus", status: "skipped", reason: "iverilog is not installed" });
    expect(log).toContain("SKIPPED: every case on icarus, since iverilog is not installed");
    expect(await regress(...words, "--engine", "icarus")).toMatchObject({
      status: 3,
      report: { error: { code: "engine-missing", found: "icarus", hint: expect.stringContaining("apt-get install") } },
    });
  });

  it.each([
    ["an unknown generator", ["lnzt"], "unknown-generator"],
    ["an unknown preset", ["lnzd", "--preset", "smal"], "unknown-preset"],
    ["an unknown engine", ["lnzd", "--engine", "vcs"], "unknown-engine"],
    ["the golden model as an engine", ["lnzd", "--engine", "golden"], "unknown-engine"],
    ["a seed that is no number", ["lnzd", "--seed", "1,x"], "bad-number"],
    ["no jobs", ["lnzd", "--jobs", "0"], "bad-number"],
    ["too little memory for the jobs", ["lnzd", "--jobs", "4", "--memory", "1024"], "conflicting-flags"],
    ["a folder as the report", ["lnzd", "--junit", "."], "cannot-write"],
  ])("refuses %s", async (_, words, code) => {
    expect(await regress(...words)).toMatchObject({ status: 2, report: { error: { code } } });
  });
});

it("the version of a generator's code can be told, and so the hash of its Verilog", async () => {
  const hashes = await Promise.all(
    catalog.map((generator) => verilogHash(generator, caseParameters(generator, presetsOf(generator)[1]))),
  );
  expect(new Set(hashes).size).toBe(catalog.length);
});
