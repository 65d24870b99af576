import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NetPosition, sourceOf, verilogAt } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

/** Points that reach the special cases: one of everything, no powers of two, one lane, shallow and odd memories. */
const points: readonly (readonly [name: string, ...sets: string[]])[] = [
  ["lnzd"],
  ["lnzd", "inputs=1", "width=1"],
  ["lnzd", "inputs=5", "width=3"],
  ["lnzd", "inputs=257", "width=2"],
  ["xnor"],
  ["xnor", "rows=1", "lanes=1", "weightDepth=1", "rowDepth=1", "inputDepth=4", "results=bits"],
  ["xnor", "rows=3", "lanes=5", "weightDepth=21", "rowDepth=3", "inputDepth=15", "results=dots", "structure=adders"],
  [
    "xnor",
    "rows=17",
    "lanes=100",
    "weightDepth=40",
    "rowDepth=5",
    "inputDepth=16",
    "results=both",
    "structure=full-adders",
  ],
  ["xnor", "rows=1", "lanes=33", "results=bits", "structure=dual-tables"],
  ["xnor", "rows=2", "lanes=40", "popcountLevels=1"],
  ["bnn"],
  ["bnn", "pes=2,3", "lanes=20,2", "inputBits=3", "structure=dual-tables", "popcountLevels=2"],
  ["bnn", "inputBits=8", "inputDepth=64"],
  ["bnn", "pes=2,3", "lanes=4,2", "scaling=shift"],
  ["bnn", "pes=1", "lanes=1", "scaling=multiply", "scaleBits=2", "offsetBits=1", "inputDepth=4", "results=dots"],
  ["bnn", "pes=1,2", "lanes=1,2", "inputBits=2", "weightDepth=1", "rowDepth=1", "inputDepth=4", "results=dots"],
  ["bnn", "pes=1", "lanes=1", "weightDepth=1", "rowDepth=1", "inputDepth=4", "results=bits"],
  ["bnn", "pes=3,6,4,2", "lanes=7,1,3,2", "weightDepth=21,30,17,9", "rowDepth=3", "inputDepth=15", "results=dots"],
  ["bcnn"],
  [
    "bcnn",
    "width=9",
    "height=7",
    "channels=3",
    "kernel=3,2,0,0",
    "stride=2,1,1,1",
    "padding=2,1,0,0",
    "outputs=5,4,7,2",
    "pool=1,3,1,1",
    "pes=2,4,3,2",
    "lanes=4,30,9,64",
  ],
  ["bcnn", "width=1", "height=1", "kernel=1", "outputs=1", "pool=1", "pes=1", "lanes=1", "results=bits"],
  ["bcnn", "width=7", "height=5", "channels=2", "kernel=1", "outputs=3", "pool=3", "pes=4", "lanes=9", "results=bits"],
  ["lnzd", "inputs=33", "width=5", "radix=2", "levelsPerStage=2"],
  ["lnzd", "inputs=21", "width=1", "value=false", "structure=gates"],
  ["lnzd", "inputs=37", "width=3", "radix=3"],
  ["lnzd", "inputs=64", "width=2", "radix=5", "levelsPerStage=1"],
  ["lnzdtree"],
  ["lnzdtree", "leaves=1", "depth=1", "width=1"],
  ["lnzdtree", "leaves=1", "depth=70"],
  ["lnzdtree", "leaves=21", "depth=9", "width=3", "scanWidth=2", "buffers=skid"],
  ["lnzdtree", "leaves=17", "depth=1", "width=2", "radix=16"],
  ["lnzdtree", "leaves=6", "depth=100", "radix=2"],
  ["lnzdscan"],
  ["lnzdscan", "lanes=1", "depth=1", "width=1"],
  ["lnzdscan", "lanes=8", "depth=1"],
  ["lnzdscan", "lanes=3", "depth=37", "width=5", "scanWidth=4"],
  ["lnzdscan", "lanes=1", "depth=100", "width=1", "scanWidth=2"],
  ["lnzdscan", "lanes=64", "depth=4096"],
  ["eie"],
  ["eie", "pes=1"],
  ["eie", "pes=3", "queueDepth=1", "activationDepth=5", "columnDepth=7", "entryDepth=24", "layers=3", "codebooks=3"],
  ["eie", "pes=2", "entriesPerWord=1", "entryDepth=8", "columnDepth=2", "activationDepth=1", "layers=1", "codebooks=1"],
  ["eie", "pes=5", "weightBits=1", "indexBits=8", "codebookBits=2", "activationBits=2", "accWidth=4", "dropBits=0"],
  ["eie", "weightBits=8", "indexBits=1", "entriesPerWord=16", "rounding=nearest-even", "productShift=31"],
  ["eie", "accWidth=17", "dropBits=16", "rounding=truncate", "productShift=3", "queueDepth=5"],
  ["eie", "accWidth=64", "dropBits=48", "codebookBits=32", "activationBits=32", "pes=17"],
  ["eie", "pes=64"],
  ["eie", "pes=7", "clusterPes=2", "balance=true", "counters=true"],
  ["eie", "pes=3", "clusterPes=1", "columnDepth=2"],
  ["eie", "productStages=2", "codebookBits=5", "productShift=3"],
  ["ese"],
  ["ese", "peephole=true", "projection=5", "channels=2"],
  ["ese", "pes=3", "weights=stream", "weightQueueDepth=1"],
  ["ese", "pes=6", "counts=stream", "countWords=3", "countQueueDepth=1"],
  ["ese", "layers=2"],
  ["ese", "cell=gru"],
  ["ese", "cell=gru", "pes=3", "layers=3", "channels=2", "blocks=1", "weights=stream", "rounding=nearest-even"],
  ["ese", "pes=3", "layers=5", "projection=4", "peephole=true", "inputDepth=200"],
  ["ese", "pes=1", "blocks=1", "rowDepth=2", "inputDepth=1", "columnDepth=2", "entryDepth=2", "queueDepth=1"],
  ["ese", "pes=3", "channels=3", "lookup=linear", "tableSize=64", "indexBits=8", "rounding=nearest-even"],
  ["ese", "pes=5", "blocks=8", "rowDepth=16", "indexBits=1", "inputDepth=3", "columnDepth=100", "entryDepth=37"],
  ["ese", "lookup=k-tanh", "tableSize=64"],
  ["ese", "lookup=k-tanh", "tableSize=16", "tableRange=16", "gateBits=20", "stateBits=20"],
  ["ese", "lookup=linear", "tableSize=32", "tableRange=8", "gateFraction=2", "stateFraction=2", "rounding=truncate"],
  ["ese", "pes=2", "rowDepth=4", "columnDepth=9", "entryDepth=5", "tableSize=2", "tableRange=1", "projection=3"],
  ["planes"],
  ["planes", "popcount=carry-counters", "lanes=100"],
  ["planes", "popcount=adders", "schedule=parallel", "weightBits=3", "inputBits=4"],
  ["planes", "rows=1", "cols=1", "lanes=1", "weightBits=1", "inputBits=1", "accWidth=4", "scaleBits=1"],
  ["planes", "rows=1", "cols=1", "lanes=1", "weightDepth=1", "inputDepth=1", "rowDepth=1", "schedule=parallel"],
  ["planes", "rows=3", "cols=5", "lanes=7", "weightDepth=9", "inputDepth=70", "rowDepth=3", "accWidth=48"],
  ["planes", "rows=2", "cols=3", "lanes=65", "weightBits=16", "inputBits=16", "accWidth=10", "scaleBits=9"],
  ["srmac"],
  ["srmac", "structure=dsp48e1"],
  ["srmac", "structure=ice40", "rounding=nearest", "width=8"],
  ["srmac", "structure=logic", "width=5", "accWidth=6", "dropBits=6", "outWidth=9", "stepsPerDraw=37"],
  ["srmac", "rounding=nearest-even", "width=2", "accWidth=2", "dropBits=1", "outWidth=1"],
  ["srmac", "structure=dsp48e1", "rounding=nearest-even", "width=32", "accWidth=40", "dropBits=1", "outWidth=60"],
  ["srmac", "structure=ice40", "width=32", "accWidth=128", "dropBits=32", "outWidth=64", "lfsrWidth=32"],
  ["srmac", "rounding=truncate", "dropBits=0", "outWidth=64"],
  ["srmac", "width=18", "bWidth=25"],
  ["srmac", "dropBits=40", "randomBits=5", "accWidth=40", "lfsrWidth=8"],
  ["srmac", "structure=dsp48e1", "dropBits=20", "randomBits=8"],
  ["srmac", "structure=ice40", "dropBits=2", "randomBits=1"],
  ["srmac", "structure=logic", "width=7", "bWidth=3"],
  ["systolic"],
  ["systolic", "rows=1", "cols=1"],
  ["systolic", "rows=28", "cols=28", "structure=dsp48e1"],
  ["systolic", "rows=17", "cols=3", "structure=ice40", "rounding=nearest", "width=8", "accWidth=20"],
  ["systolic", "rows=2", "cols=5", "structure=logic", "width=3", "accWidth=6", "dropBits=0", "lfsrWidth=24"],
  ["systolic", "rows=2", "cols=3", "width=18", "bWidth=25", "structure=dsp48e1"],
  ["systolic", "rows=2", "cols=5", "edgeDepth=16"],
  ["systolic", "rows=1", "cols=1", "edgeDepth=3"],
  ["systolic", "rows=64", "cols=2", "lfsrWidth=24", "stepsPerDraw=37", "outWidth=64"],
  ["matmul"],
  ["eieaxi"],
  ["eieaxi", "pes=1", "layers=1", "codebooks=1", "counters=false"],
  ["eieaxi", "pes=3", "layers=3", "balance=true", "entriesPerWord=1", "columnDepth=70"],
  ["eseaxi"],
  ["eseaxi", "pes=3", "cell=gru", "layers=2"],
  ["eseaxi", "pes=1", "weights=stream", "peephole=true", "projection=3"],
  ["eseaxi", "pes=1", "weights=stream", "counts=stream", "layers=2"],
  ["eseaxi", "pes=3", "layers=5", "projection=4", "channels=3", "inputDepth=200", "columnDepth=100"],
  ["matmul", "rows=2", "cols=3", "width=9", "bWidth=25"],
  ["matmul", "rows=1", "cols=1", "aSquares=1", "bSquares=1"],
  ["matmul", "rows=5", "cols=3", "width=7", "structure=dsp48e1", "rounding=truncate", "bSquares=33"],
];

/** A module of each generator with a piece of it, and what breaks it. */
const faults = {
  lnzd: ["lnzd", "assign valid = ", "assign valid = !"],
  lnzdtree: ["lnzd_quadtree", "assign nonzeros_valid = ", "assign nonzeros_valid = !"],
  lnzdscan: ["lnzd_scan", "assign nonzeros_valid = ", "assign nonzeros_valid = !"],
  xnor: ["xnor_pe", ".weights(weight)", ".weights(~weight)"],
  bnn: ["bnn_gather", "filled == 1'b1", "filled == 1'b0"],
  bcnn: ["xnor_pe", ".weights(weight)", ".weights(~weight)"],
  systolic: ["systolic_pe", "starts ? ", "!starts ? "],
  matmul: ["systolic_pe", "starts ? ", "!starts ? "],
  srmac: ["mac", "starts ? ", "!starts ? "],
  ese: ["ese_lane", "operandRow == row", "operandRow != row"],
  eie: ["eie_decode", "repeatsOut <= validOut", "repeatsOut <= !validOut"],
  eieaxi: ["eie_axi", "m_axis_tlast = lastPe", "m_axis_tlast = !lastPe"],
  eseaxi: ["ese_lane", "operandRow == row", "operandRow != row"],
} as const;

describe("the emitted Verilog", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "whittle-verilog-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(points.map((point) => [point.join(" "), point] as const))("passes every reader: %s", async (label, point) => {
    const [name, ...sets] = point;
    const generator = generatorNamed(name);
    const { parameters } = resolveParameters(generator.spec, { sets });
    const target = join(folder, label.replaceAll(/[^\w]+/g, "_"));
    const { top, files } = await generate(generator, parameters, target, { positions: true });
    const sources = files.filter((file) => file.endsWith(".v"));
    const tool = (program: string, ...words: string[]) =>
      execa(program, words, { cwd: target, reject: false, all: true, stdin: "ignore" });

    const lint = await tool("verilator", "--lint-only", "-Wall", "--top-module", top, ...sources);
    expect(lint.all).toBe("");
    const icarus = await tool("iverilog", "-g2005", "-Wall", "-s", top, "-t", "null", ...sources);
    expect(icarus.all).toBe("");
    const yosys = await tool(
      "yosys",
      ...["-q", "-p", `read_verilog ${sources.join(" ")}; hierarchy -check -top ${top}; proc; check -assert`],
    );
    expect({ exit: yosys.exitCode, text: yosys.all }).toEqual({ exit: 0, text: "" });
  });

  it("comes with a map from TypeScript to Verilog and back, with and without positions in the text", async () => {
    const generator = generatorNamed("eie");
    const { parameters } = resolveParameters(generator.spec, {});
    for (const shown of [true, false]) {
      const target = join(folder, `map_${shown}`);
      await generate(generator, parameters, target, { positions: shown, prefix: "my_" });
      const manifest = JSON.parse(readFileSync(join(target, "my_eie.manifest.json"), "utf8"));
      const positions = manifest.positions as NetPosition[];
      const source = sourceOf(positions, "my_eie_arithmetic", "readRow");
      const file = "generators/eie/arithmetic.ts";
      expect(source?.file).toBe(file);
      const typed = readFileSync(join(import.meta.dirname, "..", file), "utf8").split("\n");
      expect(typed[(source?.line ?? 0) - 1].slice((source?.column ?? 0) - 1)).toMatch(/^node\("readRow"/);
      const [place] = verilogAt(positions, file, source?.line ?? 0);
      const verilog = readFileSync(join(target, `${place.module}.v`), "utf8").split("\n");
      expect(verilog[place.line - 1]).toMatch(/^ {2}wire \[\d+:0\] readRow\b/);
      expect(verilog[place.line - 1].includes("// generators/")).toBe(shown);
    }
  });

  it("is the same from run to run, and from any folder", async () => {
    const generator = generatorNamed("eie");
    const { parameters } = resolveParameters(generator.spec, {});
    const here = process.cwd();
    const first = await generate(generator, parameters, join(folder, "one"), { positions: true });
    process.chdir(folder);
    try {
      const second = await generate(generator, parameters, join(folder, "two"), { positions: true });
      expect(second.sha256).toBe(first.sha256);
    } finally {
      process.chdir(here);
    }
  });

  it.each([
    ["lnzd", "inputs=5"],
    ["lnzd", "inputs=16", "width=33"],
    ["lnzd", "inputs=21", "width=5", "radix=3", "levelsPerStage=1"],
    ["lnzdtree", "leaves=5", "depth=8"],
    ["lnzdscan", "lanes=4", "depth=8"],
    ["xnor", "rows=3", "lanes=5"],
    ["xnor", "results=bits", "rows=2", "lanes=8"],
    ["bnn", "pes=2,4", "lanes=7,4"],
    ["bcnn", "width=8", "height=9"],
    // Sums of 40 bits end after 512 products; those of 48, by default, take a hundred thousand clocks, see emitted-testbench.test.ts.
    ["srmac", "rounding=nearest", "accWidth=40"],
    ["systolic", "rows=3", "cols=2", "accWidth=40"],
    ["matmul", "rows=2", "cols=3", "accWidth=40", "rounding=nearest"],
    ["eie", "pes=2"],
    ["eie", "pes=3", "activationDepth=9", "queueDepth=1"],
    ["eieaxi", "pes=2", "activationDepth=8"],
    ["eseaxi", "pes=2"],
  ])("comes with a testbench that passes, and fails when the hardware is broken: %s %s", async (name, ...sets) => {
    const generator = generatorNamed(name);
    const { parameters } = resolveParameters(generator.spec, { sets });
    const target = join(folder, `testbench_${name}_${sets.join("_")}`);
    const { top, files } = await generate(generator, parameters, target, {
      positions: true,
      prefix: "my_",
      testbench: true,
    });
    expect(top).toBe(`my_${generator.module.name}`);
    expect(files).toContain(`${top}_testbench.v`);
    const simulate = async () => {
      const words = ["-g2005", "-Wall", "-Wno-timescale", "-o", "t.vvp", `${top}_testbench.v`, "-f", `${top}.f`];
      const compiled = await execa("iverilog", words, { cwd: target, all: true });
      expect(compiled.all).toBe("");
      return (await execa("vvp", ["t.vvp"], { cwd: target })).stdout;
    };
    expect(await simulate()).toMatch(/PASS: \d+ cycles/);
    const [module, from, to] = faults[name as keyof typeof faults];
    const own = `my_${module}.v`;
    const file = files.includes(own) ? own : (files.find((each) => each.startsWith(`my_${module}_`)) ?? own);
    const broken = join(target, file);
    const text = readFileSync(broken, "utf8");
    expect(text).toContain(from);
    writeFileSync(broken, text.replace(from, to));
    expect(await simulate()).toMatch(/FAIL: \d+ of \d+ cycles differ/);
  });
});
