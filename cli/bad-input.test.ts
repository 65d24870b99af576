/** What the command line says to bad input. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { modelsFolder } from "../sw-model/model/store.ts";
import { Files } from "./fixtures/files.ts";
import { sparseProduct } from "./fixtures/operations.ts";
import { failure, whittle } from "./fixtures/whittle.ts";

const scratch = new Files();
afterAll(() => scratch.remove());

describe("bad input", () => {
  const exportBnn = ["export", "finn", "bnn-mnist", "-o", "/no/such/folder"];
  const exec = (...words: string[]) => failure("exec", "eie", "--engine", "golden", ...words);

  it.each([
    ["an unknown command", ["chekc", "eie"], "unknown-command", /check/],
    ["no command", [], "unknown-command", /list/],
    ["an unknown flag", ["check", "eie", "--case", "3"], "unknown-flag", /--cases/],
    ["a flag without its value", ["generate", "eie", "-o"], "missing-value", /--output <folder>/],
    ["a flag in the place of a value", ["check", "eie", "--cases", "--seed", "1"], "missing-value", /--cases/],
    ["a missing argument", ["check"], "bad-usage", /generator/],
    ["one argument too many", ["list", "eie"], "bad-usage", /list/],
    ["an unknown generator", ["generate", "eye", "-o", "x"], "unknown-generator", /eie/],
    ["an unknown preset", ["check", "eie", "--preset", "papr"], "unknown-preset", /paper/],
    ["an unknown parameter", ["check", "eie", "--set", "pse=4"], "unknown-parameter", /pes/],
    ["a parameter out of range", ["check", "eie", "--set", "pes=0"], "parameter-out-of-range", /1 to 256/],
    ["a parameter that is no number", ["check", "eie", "--set", "pes=four"], "parameter-out-of-range", /four/],
    [
      "parameters in conflict",
      ["check", "eie", "--set", "accWidth=8", "--set", "dropBits=9"],
      "parameter-conflict",
      /accWidth/,
    ],
    ["a setting without a value", ["check", "eie", "--set", "pes"], "bad-setting", /key=value/],
    ["an unknown engine", ["check", "eie", "--engine", "verilater"], "unknown-engine", /wasm, verilator, icarus/],
    ["golden as the engine to check", ["check", "eie", "--engine", "golden"], "unknown-engine", /verilator/],
    ["a count that is no number", ["check", "eie", "--cases", "many"], "bad-number", /--cases/],
    ["too many samples", ["run", "lenet-300-100", "--on", "eie", "--samples", "99999"], "bad-number", /2000/],
    ["an output folder without a name", ["generate", "lnzd", "-o", ""], "missing-value", /--output/],
    ["an output folder where none can be", ["generate", "lnzd", "-o", "/proc/whittle"], "cannot-write", /\/proc/],
    ["an unknown model", ["run", "lenet", "--on", "eie"], "unknown-model", /lenet-300-100/],
    ["an import of an unknown format", ["import", "onnx", "x", "-o", "y"], "unknown-format", /finn/],
    ["an import of nothing", ["import", "finn", "/no/such/folder", "-o", "y"], "file-not-found", /finn\.json/],
    ["an export of what is not binary", ["export", "finn", "lenet-300-100", "-o", "y"], "model-conflict", /binary/],
    [
      "an export to a fold that does not divide",
      [...exportBnn, "--layout", "folded", "--pes", "7"],
      "bad-number",
      /divisor of/,
    ],
    ["an export of whole matrices with a fold", [...exportBnn, "--lanes", "2"], "conflicting-flags", /whole matrices/],
    [
      "an export to folds of too few layers",
      [...exportBnn, "--layout", "packed", "--lanes", "2,2"],
      "bad-usage",
      /one a layer/,
    ],
    ["an export of an unknown layout", [...exportBnn, "--layout", "pack"], "bad-usage", /packed/],
    ["a generator that runs no network", ["run", "lenet-300-100", "--on", "lnzd"], "no-network", /eie/],
    [
      "a format that the model does not fit",
      ["run", "lenet-300-100", "--on", "eie", "--set", "weightBits=2"],
      "model-conflict",
      /weightBits/,
    ],
    [
      "a memory that does not hold the model",
      ["run", "lenet-300-100", "--on", "eie", "--set", "entryDepth=64"],
      "does-not-fit",
      /entryDepth/,
    ],
    ["an unknown target", ["synth", "eie", "--target", "xc8"], "unknown-target", /xc7/],
    ["an unknown module", ["synth", "eie", "--target", "gates", "--module", "eie_pf"], "unknown-module", /eie_pe/],
  ] as const)("%s", async (_, words, code, says) => {
    const error = await failure(...words);
    expect(error).toMatchObject({ status: 2, code });
    expect(Object.values(error).join("\n")).toMatch(says);
  });

  it.each([
    ["missing", undefined, /no-such-file/],
    ["not JSON", "{", /byte|end/],
    ["of the wrong shape", { ...sparseProduct, rows: "five" }, /\$\.rows/],
    ["without a field", { ...sparseProduct, x: undefined }, /x/],
    ["with a value beyond its width", { ...sparseProduct, x: [40_000, 0, 0] }, /\$\.x\[0\]/],
    [
      "with a duplicate entry",
      { ...sparseProduct, entries: [...sparseProduct.entries, [4, 2, 1]] },
      /\$\.entries\[4\]/,
    ],
    ["with a code beyond the codebook", { ...sparseProduct, entries: [[0, 0, 3]] }, /\$\.entries\[0\]\[2\]/],
    ["with a codebook that does not start with 0", { ...sparseProduct, codebook: [1, 2, 3] }, /\$\.codebook\[0\]/],
  ])("an operation file %s", async (name, content, says) => {
    const op =
      content === undefined
        ? join(scratch.folder, "no-such-file.json")
        : scratch.write(`bad-${name.replaceAll(" ", "-")}.json`, content);
    const error = await exec("--op", op);
    expect(error.status).toBe(2);
    expect(Object.values(error).join("\n")).toMatch(says);
  });

  it("an operation that does not fit memories set by hand", async () => {
    const big = { ...sparseProduct, rows: 200 };
    const error = await exec("--op", scratch.write("big.json", big), "--set", "activationDepth=16", "--set", "pes=4");
    expect(error).toMatchObject({
      status: 2,
      code: "does-not-fit",
      where: "activationDepth",
      expected: "at least 50",
      found: "16",
    });
  });

  it("a corrupt model file", async () => {
    const copy = join(scratch.folder, "corrupt-model");
    mkdirSync(copy);
    const source = join(modelsFolder(), "lenet-300-100");
    const text = readFileSync(join(source, "model.json"), "utf8");
    writeFileSync(join(copy, "model.json"), text);
    writeFileSync(join(copy, "float.bin"), readFileSync(join(source, "float.bin")).fill(1, 100, 104));
    const run = () => failure("run", copy, "--on", "eie", "--samples", "1", "--engine", "golden");
    expect(await run()).toMatchObject({ status: 2, code: "bad-checksum" });
    writeFileSync(join(copy, "model.json"), text.slice(0, 5000));
    expect(await run()).toMatchObject({ status: 2, code: "not-json" });
    writeFileSync(join(copy, "model.json"), text.replace('"dropBits": 8', '"dropBits": 7'));
    expect((await run()).status).toBe(2);
  });

  it("a configuration file that is no object", async () => {
    const error = await failure("check", "eie", "--config", scratch.write("config.json", [1]));
    expect(error).toMatchObject({ status: 2, code: "bad-config" });
  });

  it.each([
    [/verilator/, ["check", "eie", "--engine", "verilator", "--set", "pes=6"]],
    [/iverilog|vvp/, ["check", "eie", "--engine", "icarus", "--set", "pes=6"]],
  ])("%s is missing", async (tool, words) => {
    const path = process.env.PATH;
    process.env.PATH = scratch.folder;
    try {
      const error = await failure(...words);
      expect(error).toMatchObject({ status: 3, code: "tool-missing" });
      expect(error.where).toMatch(tool);
      expect(error.hint).toMatch(/Debian: .*macOS: .*Fedora: /);
    } finally {
      process.env.PATH = path;
    }
  });

  it("doctor exits 3 where a tool that the tests need is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = scratch.folder;
    try {
      const { status, json } = await whittle("doctor", "--json");
      expect(status).toBe(3);
      const { tools } = json() as { tools: { name: string; found: boolean }[] };
      expect(tools.find(({ name }) => name === "verilator")?.found).toBe(false);
    } finally {
      process.env.PATH = path;
    }
    expect((await whittle("doctor")).status).toBe(0);
  });

  it("a simulator that prints garbage", async () => {
    const fake = join(scratch.folder, "fake");
    mkdirSync(fake);
    const script =
      '#!/bin/sh\nif [ "$1" = "-V" ]; then echo "Icarus Verilog runtime version 11.0"; exit 0; fi\necho garbage; exit 7\n';
    writeFileSync(join(fake, "vvp"), script);
    chmodSync(join(fake, "vvp"), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${fake}:${path}`;
    try {
      const error = await failure("check", "lnzd", "--engine", "icarus", "--cases", "1");
      expect(error.status).toBe(1);
      expect(Object.values(error).join("\n")).toContain("garbage");
    } finally {
      process.env.PATH = path;
    }
  });

  it("a cache folder that cannot be made", async () => {
    const cache = process.env.WHITTLE_CACHE;
    process.env.WHITTLE_CACHE = "/proc/whittle/cache";
    try {
      const error = await failure("check", "lnzd", "--engine", "icarus", "--set", "inputs=3");
      expect(error).toMatchObject({ status: 2, code: "cannot-write" });
    } finally {
      if (cache === undefined) delete process.env.WHITTLE_CACHE;
      else process.env.WHITTLE_CACHE = cache;
    }
  });

  it("a manifest that names a scratch.folder, before anything is written", async () => {
    const target = join(scratch.folder, "odd-manifest");
    mkdirSync(join(target, "sub"), { recursive: true });
    writeFileSync(join(target, "lnzd.manifest.json"), JSON.stringify({ files: ["lnzd.manifest.json", "sub"] }));
    expect(await failure("generate", "lnzd", "-o", target)).toMatchObject({ status: 2, code: "file-exists" });
    expect(readdirSync(target).sort()).toEqual(["lnzd.manifest.json", "sub"]);
  });

  it("is said in words without --json", async () => {
    const { status, out, log } = await whittle("generate", "eye", "-o", "x");
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(log).toBe(
      [
        'error: there is no generator "eye" [unknown-generator]',
        "  where:    eye",
        "  expected: one of lnzd, lnzdtree, lnzdscan, xnor, bnn, bcnn, planes, srmac, systolic, matmul, eie, eieaxi, ese, eseaxi",
        "  found:    eye",
        '  hint:     did you mean eie or ese or bnn? "whittle list" shows all generators',
        "",
      ].join("\n"),
    );
  });
});
