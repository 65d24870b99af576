import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveParameters } from "../sw-model/parameters.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

/** Points that reach the special cases: one of everything, no powers of two, one lane, shallow and odd memories. */
const points: readonly (readonly [name: string, ...sets: string[]])[] = [
  ["lnzd"],
  ["lnzd", "inputs=1", "width=1"],
  ["lnzd", "inputs=5", "width=3"],
  ["lnzd", "inputs=257", "width=2"],
  ["eie"],
  ["eie", "pes=1"],
  ["eie", "pes=3", "queueDepth=1", "activationDepth=5", "columnDepth=7", "entryDepth=24", "layers=3", "codebooks=3"],
  ["eie", "pes=2", "entriesPerWord=1", "entryDepth=8", "columnDepth=2", "activationDepth=1", "layers=1", "codebooks=1"],
  ["eie", "pes=5", "weightBits=1", "indexBits=8", "codebookBits=2", "activationBits=2", "accWidth=4", "dropBits=0"],
  ["eie", "weightBits=8", "indexBits=1", "entriesPerWord=16", "rounding=nearest-even", "productShift=31"],
  ["eie", "accWidth=17", "dropBits=16", "rounding=truncate", "productShift=3", "queueDepth=5"],
  ["eie", "accWidth=64", "dropBits=48", "codebookBits=32", "activationBits=32", "pes=17"],
  ["eie", "pes=64"],
];

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
    const { top, files } = generate(generator, parameters, target, { positions: true });
    const sources = files.filter((file) => file.endsWith(".v"));
    const tool = (program: string, ...words: string[]) =>
      execa(program, words, { cwd: target, reject: false, all: true, stdin: "ignore" });

    const lint = await tool("verilator", "--lint-only", "-Wall", "--top-module", top, ...sources);
    expect(lint.all).toBe("");
    const icarus = await tool("iverilog", "-g2005", "-Wall", "-s", top, "-o", "/dev/null", ...sources);
    expect(icarus.all).toBe("");
    const yosys = await tool(
      "yosys",
      ...["-q", "-p", `read_verilog ${sources.join(" ")}; hierarchy -check -top ${top}; proc; check -assert`],
    );
    expect({ exit: yosys.exitCode, text: yosys.all }).toEqual({ exit: 0, text: "" });
  });

  it("is the same from run to run, and from any folder", () => {
    const generator = generatorNamed("eie");
    const { parameters } = resolveParameters(generator.spec, {});
    const here = process.cwd();
    const first = generate(generator, parameters, join(folder, "one"), { positions: true });
    process.chdir(folder);
    try {
      const second = generate(generator, parameters, join(folder, "two"), { positions: true });
      expect(second.sha256).toBe(first.sha256);
    } finally {
      process.chdir(here);
    }
  });
});
