/** The testbench that is emitted beside the Verilog tells hardware that is right from hardware that is not. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveParameters } from "../sw-model/parameters.ts";
import { stallFaults, sumFaults } from "../testbench/fixtures/emitted-faults.ts";
import { replacing } from "../testbench/fixtures/judge.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

/** What a fault makes of the text of a file. */
type Change = (file: string, text: string) => string;

const faults: readonly { readonly generator: string; readonly what: string; readonly change: Change }[] = [
  ...sumFaults.map(({ file: broken, fault, ...about }) => ({
    ...about,
    change: (file: string, text: string) => (file === broken ? fault(text) : text),
  })),
  ...stallFaults.map(({ from, to, ...about }) => ({
    ...about,
    change: (_: string, text: string) => (text.includes(from) ? replacing(from, to)(text) : text),
  })),
];

/** Those whose testbench is long; verilog.test.ts has a small one of each. */
const passing = ["srmac", "systolic", "matmul"];

/** Ends a testbench at the first difference, which it has printed then: it may have a hundred thousand cycles left. */
const endingEarly = replacing(/failures = failures \+ 1;/, "begin failures = failures + 1; $finish; end");

// One testbench for all faults of a generator.
describe.each([...new Set(faults.map(({ generator }) => generator))])("the testbench of %s", (name) => {
  const generator = generatorNamed(name);
  const own = faults.filter((fault) => fault.generator === name);
  let target = "";
  let top = "";
  beforeAll(async () => {
    target = mkdtempSync(join(tmpdir(), "emitted-"));
    const { parameters } = resolveParameters(generator.spec);
    ({ top } = await generate(generator, parameters, target, { positions: false, prefix: "", testbench: true }));
  });
  afterAll(() => rmSync(target, { recursive: true, force: true }));

  const path = (file: string) => join(target, file);
  const output = async (testbench: string) => {
    await execa("iverilog", ["-g2005", "-o", "t.vvp", testbench, "-f", `${top}.f`], { cwd: target });
    return (await execa("vvp", ["t.vvp"], { cwd: target, reject: false })).stdout;
  };

  it.each(passing.filter((other) => other === name))("passes without a fault: %s", async () =>
    expect((await output(`${top}_testbench.v`)).trim().split("\n").at(-1)).toMatch(/^PASS: \d+ cycles$/),
  );

  it.each(own)("catches: $what", async ({ change }) => {
    const texts = readdirSync(target)
      .filter((file) => file.endsWith(".v") && !file.endsWith("_testbench.v"))
      .map((file) => ({ file, text: readFileSync(path(file), "utf8") }));
    const broken = texts.filter(({ file, text }) => change(file, text) !== text);
    assert(broken.length > 0, "the fault is in no file");
    writeFileSync(path("short_testbench.v"), endingEarly(readFileSync(path(`${top}_testbench.v`), "utf8")));
    try {
      for (const { file, text } of broken) writeFileSync(path(file), change(file, text));
      expect(await output("short_testbench.v")).toMatch(/^cycle \d+: expected [\da-f]+, got /m);
    } finally {
      for (const { file, text } of broken) writeFileSync(path(file), text);
    }
  });
});
