import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineModule, input, output, type ResetKind, resetKinds, uint } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

/** The Verilog in the hands of somebody who has Icarus and nothing of ours. */
describe("Verilog handed over with its testbench", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "whittle-handover-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const made = async (name: string, reset: ResetKind, memories: "infer" | "blackbox") => {
    const generator = generatorNamed(name);
    const { parameters } = resolveParameters(generator.spec, { sets: name === "eie" ? ["pes=2"] : [] });
    const target = join(folder, `${name}-${reset}-${memories}`);
    const options = { positions: false, testbench: true, prefix: "our_", reset, memories };
    return { target, ...(await generate(generator, parameters, target, options)) };
  };
  const verdict = async (target: string, top: string) => {
    const inThere = { cwd: target, all: true, reject: false, stdin: "ignore" } as const;
    const words = ["-g2005", "-o", "testbench.vvp", `${top}_testbench.v`, "-f", `${top}.f`];
    const built = await execa("iverilog", words, inThere);
    expect(built.all).toBe("");
    const ran = await execa("vvp", ["testbench.vvp"], inThere);
    return ran.all.trim().split("\n").at(-1);
  };

  it.each(
    resetKinds.flatMap((reset) => [
      ["eie", reset, "infer"] as const,
      ["eie", reset, "blackbox"] as const,
      ["lnzd", reset, "infer"] as const,
    ]),
  )("%s, reset %s, memories %s: PASS", async (name, reset, memories) => {
    const { target, top } = await made(name, reset, memories);
    expect(await verdict(target, top)).toMatch(/^PASS: \d+ cycles$/);
    if (memories === "blackbox" || name === "lnzd") return;
    const sources = readdirSync(target).filter((file) => file.endsWith(".v") && !file.endsWith("_testbench.v"));
    const lint = await execa("verilator", ["--lint-only", "-Wall", "--top-module", top, ...sources], {
      cwd: target,
      all: true,
      reject: false,
    });
    expect(lint.all).toBe("");
  });

  it("tables that are a primitive of the device simulate by the printed command, and are left out of the file list", async () => {
    const generator = generatorNamed("xnor");
    const sets = ["rows=1", "lanes=6", "structure=dual-tables", "popcountLevels=1"];
    const { parameters } = resolveParameters(generator.spec, { sets });
    const target = join(folder, "tables");
    const options = { positions: false, testbench: true, reset: "sync-high", memories: "infer" } as const;
    const { top, files } = await generate(generator, parameters, target, options);
    expect(files).toContain("LUT6_2.sim.v");
    expect(readFileSync(join(target, `${top}.f`), "utf8")).not.toContain("LUT6_2");
    const printed = /^\/\/ Run it in this folder: (.*)$/m.exec(
      readFileSync(join(target, `${top}_testbench.v`), "utf8"),
    );
    const run = () => execa(printed?.[1] ?? "", { cwd: target, shell: true, all: true, reject: false });
    expect((await run()).all).toMatch(/^PASS: \d+ cycles$/m);
    // A model that is wrong is seen.
    const model = join(target, "LUT6_2.sim.v");
    writeFileSync(model, readFileSync(model, "utf8").replace("{I5, lower}", "{1'b0, lower}"));
    expect((await run()).all).toMatch(/^FAIL: /m);
  });

  it("a block of the device that is only instantiated brings its model", async () => {
    const generator = generatorNamed("srmac");
    const { parameters } = resolveParameters(generator.spec, { sets: ["structure=dsp48e1"] });
    const target = join(folder, "block");
    const options = { positions: false, testbench: true, reset: "async-low", memories: "infer" } as const;
    const { top } = await generate(generator, parameters, target, options);
    const printed = /^\/\/ Run it in this folder: (.*)$/m.exec(
      readFileSync(join(target, `${top}_testbench.v`), "utf8"),
    );
    const run = () => execa(printed?.[1] ?? "", { cwd: target, shell: true, all: true, reject: false });
    expect((await run()).all).toMatch(/^PASS: \d+ cycles$/m);
    const models = readdirSync(target).filter((file) => file.endsWith(".sim.v"));
    const lint = ["--lint-only", "-Wall", "--top-module", top, "-f", `${top}.f`, ...models];
    expect((await execa("verilator", lint, { cwd: target, all: true, reject: false })).all).toBe("");
    const model = join(target, models.find((file) => file.startsWith("dsp48e1_adder")) ?? "");
    writeFileSync(model, readFileSync(model, "utf8").replace("c + {a, b}", "c - {a, b}"));
    expect((await run()).all).toMatch(/^FAIL: /m);
  });

  it("an asynchronous reset acts without a clock edge", async () => {
    const { target } = await made("eie", "async-low", "infer");
    const text = readFileSync(join(target, "our_fifo_depth8_width35.v"), "utf8");
    expect(text).toContain("always @(posedge clock or negedge reset_n)\n    if (!reset_n) tail <= 3'd0;");
  });

  it("memories that the user brings take the place of the testbench's models", async () => {
    const { target, top } = await made("eie", "sync-high", "blackbox");
    const bench = readFileSync(join(target, `${top}_testbench.v`), "utf8");
    const [, models] = /`ifndef OWN_MEMORIES\n(.*)`endif/s.exec(bench) ?? [];
    const compiled = async (memories: string) => {
      writeFileSync(join(target, "mine.v"), memories);
      const files = [`${top}_testbench.v`, "-f", `${top}.f`, "mine.v"];
      const words = ["-g2005", "-DOWN_MEMORIES", "-o", "mine.vvp", ...files];
      return execa("iverilog", words, { cwd: target, all: true, reject: false });
    };
    expect((await compiled("")).all).toContain("Unknown module type: memory_64x16_read_write");
    expect((await compiled(models ?? "")).all).toBe("");
    const ran = await execa("vvp", ["mine.vvp"], { cwd: target, all: true, reject: false });
    expect(ran.all).toMatch(/^PASS: \d+ cycles$/m);
  });

  it("says FAIL of hardware that was changed", async () => {
    const { target, top } = await made("eie", "sync-low", "blackbox");
    const file = join(target, "our_fifo_depth8_width35.v");
    const text = readFileSync(file, "utf8");
    const broken = text.replace("!(met && filling)", "!filling");
    expect(broken).not.toBe(text);
    writeFileSync(file, broken);
    expect(await verdict(target, top)).toMatch(/^FAIL: \d+ of \d+ cycles differ$/);
  });

  it.each([
    ["missing", () => undefined],
    ["empty", () => ""],
    ["cut short", (lines: readonly string[]) => lines.slice(0, 9).join("\n")],
    [
      "without its first digits",
      (lines: readonly string[]) => lines.map((line) => `xxxxxxxx${line.slice(8)}`).join("\n"),
    ],
  ] as const)("says FAIL where the vectors are %s", async (_, damaged) => {
    const { target, top } = await made("lnzd", "sync-high", "infer");
    const vectors = join(target, `${top}_testbench.hex`);
    const content = damaged(readFileSync(vectors, "utf8").split("\n"));
    if (content === undefined) rmSync(vectors);
    else writeFileSync(vectors, content);
    expect(await verdict(target, top)).toMatch(
      new RegExp(`^FAIL: \\d+ of \\d+ cycles ran: ${top}_testbench\\.hex, .* is missing or damaged$`),
    );
  });

  it("as black boxes a memory that starts with words stays, and is named", async () => {
    const module = defineModule("preset", (_: object) => ({
      ports: { address: input(uint(3)), data: input(uint(8)), word: output(uint(8)) },
      build({ address, data, word }, m) {
        const ram = m.mem("ram", 8, uint(8), { init: [1, 2, 3] });
        ram.write({ address, data });
        word.set(ram.read("at", address));
      },
    }));
    const generator = { ...generatorNamed("lnzd"), module, latency: undefined, formats: undefined };
    const told = async (memories: "infer" | "blackbox") => {
      const target = join(folder, `preset-${memories}`);
      const options = { positions: false, prefix: "our_", memories } as const;
      const { notes } = await generate(generator as never, {}, target, options);
      const manifest = JSON.parse(readFileSync(join(target, "our_lnzd.manifest.json"), "utf8"));
      return { notes, manifest: manifest.inferredMemories };
    };
    expect(await told("blackbox")).toEqual({
      notes: [
        "ram in our_preset stays a memory in the Verilog: it has initial words, and a black box has none at power-up",
      ],
      manifest: [{ module: "our_preset", memory: "ram" }],
    });
    expect(await told("infer")).toEqual({ notes: undefined, manifest: undefined });
  });

  it("as black boxes no memory is left in the Verilog, and the stubs are whole for Yosys", async () => {
    const { target, top, files } = await made("eie", "sync-high", "blackbox");
    const own = files.filter((file) => file.endsWith(".v") && !file.endsWith("_testbench.v"));
    for (const file of own) expect(readFileSync(join(target, file), "utf8")).not.toMatch(/reg .*\[0:\d+\];/);
    const script = `read_verilog ${own.join(" ")}; hierarchy -check -top ${top}; proc; check -assert`;
    const yosys = await execa("yosys", ["-q", "-p", script], { cwd: target, all: true, reject: false });
    expect({ exit: yosys.exitCode, text: yosys.all }).toEqual({ exit: 0, text: "" });
    expect(own.filter((file) => file.endsWith(".stub.v")).length).toBeGreaterThan(1);
    const lint = ["--lint-only", "-Wall", "--top-module", top, ...own];
    const verilator = await execa("verilator", lint, { cwd: target, all: true, reject: false });
    expect({ exit: verilator.exitCode, text: verilator.all }).toEqual({ exit: 0, text: "" });
    const manifest = JSON.parse(readFileSync(join(target, "our_eie.manifest.json"), "utf8"));
    expect(manifest.blackBoxes.map(({ module }: { module: string }) => module)).toContain(
      "memory_64x16_read_at_once_write",
    );
  });
});
