import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelsFolder } from "../sw-model/model/store.ts";
import { whittle } from "./fixtures/whittle.ts";

/** Runs a command line that must fail, with --json, and gives its error. */
async function failure(...words: string[]) {
  const { status, json } = await whittle(...words, "--json");
  const { error } = json() as { error: Record<string, string> };
  return { status, ...error } as { status: number; code: string } & Record<string, string>;
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const operation = {
  rows: 5,
  cols: 3,
  codebook: [0, 256, -512],
  entries: [
    [4, 2, 1],
    [0, 0, 2],
    [1, 0, 1],
    [3, 2, 2],
  ],
  x: [3, 0, -2],
};

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
    const config = file("fold.json", { pes, lanes });
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

describe("exec", () => {
  it.each(["golden", "wasm", "icarus"])("runs a binary layer and a chained network on %s", async (engine) => {
    const layer = {
      weights: [
        [1, 0, 1],
        [0, 0, 1],
      ],
      thresholds: [
        { t: 2, flip: false },
        { t: 2, flip: true },
      ],
    };
    const inputs = [
      [1, 1, 1],
      [0, 0, 0],
    ];
    const xnor = file("xnor.json", { weights: layer.weights, inputs });
    const words = ["--engine", engine, "--set", "lanes=8", "--json"];
    expect((await whittle("exec", "xnor", "--op", xnor, ...words)).json()).toMatchObject({
      result: {
        dot: [
          [1, -1],
          [-1, 1],
        ],
      },
      cycles: 5,
    });
    // Agreements of 2 and 1, then of 1 and 2: bits 1, 1 and 0, 0.
    const bnn = file("bnn.json", { layers: [layer, { weights: [[1, 0]] }], inputs });
    expect((await whittle("exec", "bnn", "--op", bnn, ...words)).json()).toMatchObject({ result: { dot: [[0], [0]] } });
  });

  it.each(["golden", "wasm", "verilator", "icarus"])("gives the same result on %s", async (engine) => {
    const { status, json } = await whittle(
      "exec",
      "eie",
      "--op",
      file("op.json", operation),
      "--engine",
      engine,
      "--json",
    );
    expect(status).toBe(0);
    // 3 * -512, 3 * 256, -2 * -512 and -2 * 256, eight bits dropped.
    expect(json()).toMatchObject({ generator: "eie", engine, result: { y: [-6, 3, 0, 4, -2] }, cycles: 15 });
  });

  it.each(["golden", "wasm", "verilator", "icarus"])("finds the leading nonzeros on %s", async (engine) => {
    const op = file("lnzd.json", {
      vectors: [
        [0, 0, 7, 1],
        [0, 0, 0, 0],
        [65535, 1, 0, 0],
      ],
    });
    const words = ["exec", "lnzd", "--op", op, "--engine", engine, "--set", "inputs=4", "--json"];
    expect((await whittle(...words)).json()).toMatchObject({
      result: {
        results: [{ valid: true, index: 2, value: 7 }, { valid: false }, { valid: true, index: 0, value: 65535 }],
      },
      cycles: 3,
    });
  });

  it("writes integers beyond 2^53 - 1 as decimal strings", async () => {
    const op = file("wide.json", { vectors: [["18446744073709551615"], [5]] });
    const words = [
      "exec",
      "lnzd",
      "--op",
      op,
      "--engine",
      "icarus",
      "--set",
      "inputs=1",
      "--set",
      "width=64",
      "--json",
    ];
    const { result } = (await whittle(...words)).json() as { result: { results: unknown } };
    expect(result.results).toEqual([
      { valid: true, index: 0, value: "18446744073709551615" },
      { valid: true, index: 0, value: 5 },
    ]);
  });
});

describe("exec --waves", () => {
  const words = (engine: string, waves: string) => [
    "exec",
    "lnzd",
    "--op",
    file("w.json", { vectors: [[1, 0]] }),
    "--engine",
    engine,
    "--set",
    "inputs=2",
    "--waves",
    waves,
  ];

  it.each(["wasm", "verilator", "icarus"])("writes a VCD on %s, and says where it cannot", async (engine) => {
    const target = join(folder, `${engine}.vcd`);
    expect((await whittle(...words(engine, target))).status).toBe(0);
    expect(readFileSync(target, "utf8")).toContain("$enddefinitions");
    expect(await failure(...words(engine, "/proc/x.vcd"))).toMatchObject({ status: 2, code: "cannot-write" });
    expect(await failure(...words(engine, folder))).toMatchObject({ status: 2, code: "cannot-write" });
    expect(await failure(...words(engine, ""))).toMatchObject({ status: 2 });
  });

  it("is refused for the golden model", async () => {
    expect(await failure(...words("golden", join(folder, "g.vcd")))).toMatchObject({ status: 2, code: "no-waves" });
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

describe("generate", () => {
  it("writes a file a module, a file list and a manifest, and replaces only its own", async () => {
    const target = join(folder, "rtl");
    mkdirSync(target);
    writeFileSync(join(target, "mine.txt"), "kept");
    const first = await whittle("generate", "lnzd", "-o", target, "--set", "inputs=5", "--json");
    expect(first.status).toBe(0);
    const { files, sha256 } = first.json() as { files: string[]; sha256: string };
    expect(files).toContain("lnzd.v");
    expect(readdirSync(target).sort()).toEqual([...files, "mine.txt"].sort());
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const second = await whittle("generate", "lnzd", "-o", target, "--set", "inputs=1", "--json");
    const later = (second.json() as { files: string[] }).files;
    expect(readdirSync(target).sort()).toEqual([...later, "mine.txt"].sort());
  });

  it("shares equal module files between generators, and does not change them under another", async () => {
    const target = join(folder, "shared");
    const shared = join(target, "xnor_input_buffer_depth32_width64.v");
    expect((await whittle("generate", "bnn", "-o", target)).status).toBe(0);
    const buffer = readFileSync(shared, "utf8");
    expect((await whittle("generate", "xnor", "-o", target)).status).toBe(0);
    expect((await whittle("generate", "xnor", "--set", "lanes=32", "-o", target)).status).toBe(0);
    expect(readFileSync(shared, "utf8")).toBe(buffer);
    const other = join(target, "lnzd.v");
    writeFileSync(other, "// of somebody else\n");
    const error = await failure("generate", "lnzd", "-o", target);
    expect(error).toMatchObject({ status: 2, code: "file-exists" });
    expect(readFileSync(other, "utf8")).toBe("// of somebody else\n");
  });

  it("leaves positions out when asked, without changing the sha256", async () => {
    const [a, b] = [join(folder, "with"), join(folder, "without")];
    const one = (await whittle("generate", "eie", "-o", a, "--json")).json() as { sha256: string };
    const two = (await whittle("generate", "eie", "-o", b, "--no-positions", "--json")).json() as { sha256: string };
    expect(two.sha256).toBe(one.sha256);
    expect(readFileSync(join(a, "eie.v"), "utf8")).toContain("// generators/eie/eie.ts:");
    expect(readFileSync(join(b, "eie.v"), "utf8")).not.toContain(".ts:");
  });

  it("refuses a folder in which a file of the same name is not ours", async () => {
    const target = join(folder, "foreign");
    mkdirSync(target);
    writeFileSync(join(target, "lnzd.v"), "module lnzd; endmodule");
    expect(await failure("generate", "lnzd", "-o", target)).toMatchObject({ status: 2, code: "file-exists" });
    expect(readFileSync(join(target, "lnzd.v"), "utf8")).toBe("module lnzd; endmodule");
    expect(readdirSync(target)).toEqual(["lnzd.v"]);
  });

  it("says why a folder cannot be written, and leaves nothing", async () => {
    const blocker = file("blocker", "a file");
    const error = await failure("generate", "lnzd", "-o", join(blocker, "rtl"));
    expect(error).toMatchObject({ status: 2, code: "cannot-write" });
    expect(error.where).toContain("blocker");
    expect(await failure("generate", "lnzd", "-o", blocker)).toMatchObject({ status: 2, code: "cannot-write" });
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
    const [packed, model, before, after] = ["packed", "model", "before", "after"].map((name) => join(folder, name));
    const fold = ["--layout", "packed", "--pes", "16,16,32,10", "--lanes", "16"];
    expect((await whittle("export", "finn", "bnn-mnist", "-o", packed, ...fold)).status).toBe(0);
    expect((await whittle("import", "finn", packed, "-o", model)).status).toBe(0);
    await whittle("export", "finn", "bnn-mnist", "-o", before);
    await whittle("export", "finn", model, "-o", after);
    for (const name of readdirSync(before)) {
      expect(readFileSync(join(after, name)).equals(readFileSync(join(before, name)))).toBe(true);
    }
    writeFileSync(join(packed, "layer1-thresholds.dat"), "0\n");
    expect(await failure("import", "finn", packed, "-o", join(folder, "none"))).toMatchObject({
      status: 2,
      code: "bad-dat",
      where: expect.stringMatching(/layer1-thresholds\.dat: line 1$/),
    });
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

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
    ["of the wrong shape", { ...operation, rows: "five" }, /\$\.rows/],
    ["without a field", { ...operation, x: undefined }, /x/],
    ["with a value beyond its width", { ...operation, x: [40_000, 0, 0] }, /\$\.x\[0\]/],
    ["with a duplicate entry", { ...operation, entries: [...operation.entries, [4, 2, 1]] }, /\$\.entries\[4\]/],
    ["with a code beyond the codebook", { ...operation, entries: [[0, 0, 3]] }, /\$\.entries\[0\]\[2\]/],
    ["with a codebook that does not start with 0", { ...operation, codebook: [1, 2, 3] }, /\$\.codebook\[0\]/],
  ])("an operation file %s", async (name, content, says) => {
    const op =
      content === undefined
        ? join(folder, "no-such-file.json")
        : file(`bad-${name.replaceAll(" ", "-")}.json`, content);
    const error = await exec("--op", op);
    expect(error.status).toBe(2);
    expect(Object.values(error).join("\n")).toMatch(says);
  });

  it("an operation that does not fit memories set by hand", async () => {
    const big = { ...operation, rows: 200 };
    const error = await exec("--op", file("big.json", big), "--set", "activationDepth=16", "--set", "pes=4");
    expect(error).toMatchObject({
      status: 2,
      code: "does-not-fit",
      where: "activationDepth",
      expected: "at least 50",
      found: "16",
    });
  });

  it("a corrupt model file", async () => {
    const copy = join(folder, "corrupt-model");
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
    const error = await failure("check", "eie", "--config", file("config.json", [1]));
    expect(error).toMatchObject({ status: 2, code: "bad-config" });
  });

  it.each([
    [/verilator/, ["check", "eie", "--engine", "verilator", "--set", "pes=6"]],
    [/iverilog|vvp/, ["check", "eie", "--engine", "icarus", "--set", "pes=6"]],
  ])("%s is missing", async (tool, words) => {
    const path = process.env.PATH;
    process.env.PATH = folder;
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
    process.env.PATH = folder;
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
    const fake = join(folder, "fake");
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

  it("a manifest that names a folder, before anything is written", async () => {
    const target = join(folder, "odd-manifest");
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
