/** The commands of the command line that have no test file of their own. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Files } from "./fixtures/files.ts";
import { failure, whittle } from "./fixtures/whittle.ts";

const scratch = new Files();
afterAll(() => scratch.remove());

describe("list", () => {
  it("names every generator with its parameters and presets", async () => {
    const { generators } = (await whittle("list", "--json")).json() as { generators: { name: string }[] };
    expect(generators.map(({ name }) => name)).toEqual([
      "lnzd",
      "lnzdtree",
      "lnzdscan",
      "xnor",
      "bnn",
      "bcnn",
      "planes",
      "srmac",
      "systolic",
      "matmul",
      "eie",
      "eieaxi",
      "ese",
      "eseaxi",
    ]);
    const { out } = await whittle("list");
    expect(out).toMatch(/queueDepth +8 +1 to 256/);
    expect(out).toContain("--preset paper");
  });
});

describe("help", () => {
  it("is text, or a document with --json; the version is the package's", async () => {
    expect((await whittle("help")).out).toMatch(/^Usage: whittle/);
    expect((await whittle("help", "check", "--json")).json()).toMatchObject({
      help: expect.stringContaining("--seed"),
    });
    expect((await whittle("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("fold", () => {
  it("gives parameters of bnn for a throughput or a budget", async () => {
    const { json } = await whittle("fold", "784,256,10", "--interval", "128", "--json");
    const { pes, lanes, interval } = json() as { pes: number[]; lanes: number[]; interval: number };
    expect(interval).toBeLessThanOrEqual(128);
    const config = scratch.write("fold.json", { pes, lanes });
    expect((await whittle("synth", "bnn", "--config", config, "--target", "nothing", "--json")).status).toBe(2);
    const { out } = await whittle("fold", "784,256,10", "--luts", "5000");
    expect(out).toMatch(/--set pes=[\d,]+ --set lanes=[\d,]+/);
  });

  it.each([
    ["neither target", ["fold", "784,10"], "bad-usage"],
    ["both targets", ["fold", "784,10", "--luts", "9", "--interval", "9"], "bad-usage"],
    ["one size", ["fold", "784", "--luts", "9"], "bad-usage"],
    ["a budget too small", ["fold", "784,10", "--luts", "9"], "fold-impossible"],
    ["a sparse model", ["fold", "lenet-300-100", "--luts", "9"], "model-conflict"],
    ["no number", ["fold", "784,10", "--interval", "few"], "bad-number"],
  ])("refuses %s", async (_, words, code) => {
    expect(await failure(...words)).toMatchObject({ status: 2, code });
  });
});

describe("check and run", () => {
  it("compares RTL and golden model", async () => {
    const words = ["check", "eie", "--engine", "icarus", "--preset", "small", "--cases", "5", "--seed", "3", "--json"];
    const { status, json } = await whittle(...words);
    expect(status).toBe(0);
    expect(json()).toMatchObject({ generator: "eie", engine: "icarus", seed: 3, mismatches: 0 });
  });

  it("runs a stored model", async () => {
    const { status, json } = await whittle("run", "lenet-300-100", "--on", "eie", "--samples", "20", "--json");
    expect(status).toBe(0);
    const report = json() as Record<string, number>;
    expect(report).toMatchObject({ model: "lenet-300-100", generator: "eie", samples: 20, mismatches: 0 });
    for (const share of ["accuracy", "goldenAccuracy", "floatAccuracy", "loadBalance"]) {
      expect(report[share]).toBeGreaterThan(0);
      expect(report[share]).toBeLessThanOrEqual(1);
    }
  });
});

describe("synth", () => {
  it("reports the area of one module", async () => {
    const { status, json } = await whittle(
      "synth",
      "lnzd",
      "--target",
      "xc7",
      "--set",
      "inputs=4",
      "--set",
      "width=1",
      "--json",
    );
    expect(status).toBe(0);
    expect(json()).toMatchObject({ generator: "lnzd", target: "xc7", dsp: 0 });
  });
});

describe("import and export", () => {
  it("carry a network through packed words unchanged", async () => {
    const [packed, model, before, after] = ["packed", "model", "before", "after"].map((name) =>
      join(scratch.folder, name),
    );
    const fold = ["--layout", "packed", "--pes", "16,16,32,10", "--lanes", "16"];
    expect((await whittle("export", "finn", "bnn-mnist", "-o", packed, ...fold)).status).toBe(0);
    expect((await whittle("import", "finn", packed, "-o", model)).status).toBe(0);
    await whittle("export", "finn", "bnn-mnist", "-o", before);
    await whittle("export", "finn", model, "-o", after);
    for (const name of readdirSync(before)) {
      expect(readFileSync(join(after, name)).equals(readFileSync(join(before, name)))).toBe(true);
    }
    writeFileSync(join(packed, "layer1-thresholds.dat"), "0\n");
    expect(await failure("import", "finn", packed, "-o", join(scratch.folder, "none"))).toMatchObject({
      status: 2,
      code: "bad-dat",
      where: expect.stringMatching(/layer1-thresholds\.dat: line 1$/),
    });
    expect(existsSync(join(scratch.folder, "none"))).toBe(false);
  });
});
