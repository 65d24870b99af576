import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { crossCheck } from "../testbench/crosscheck.ts";
import { designOf } from "../testbench/design.ts";
import { startSimulation } from "../testbench/engine.ts";
import { replacing } from "../testbench/fixtures/judge.ts";
import { bothWays } from "./both-ways.ts";
import { operationsOf } from "./check.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";
import { testbenchFor } from "./testbench.ts";

/** Sums of so many bits, with their sign, in a register of all. */
function cutTo(bits: number): (verilog: string) => string {
  const product = /total <= (.*);/;
  return (verilog) => {
    const wide = `({48{1'b0}} + ${product.exec(verilog)?.[1]})`;
    return replacing(product, `total <= $signed(${wide} << ${48 - bits}) >>> ${48 - bits};`)(verilog);
  };
}

/** The sign of the rounded sum one bit too low: wrong just where a carry takes the sum beyond its end. */
const signOfSum = replacing("exact[40] ? ", "exact[39] ? ");

const faults = [
  ["srmac", "a sum of 40 bits", "mac.v", cutTo(40)],
  ["srmac", "a sum of 47 bits", "mac.v", cutTo(47)],
  ["srmac", "the sign of a sum that carries", "rounding_unit_registeredfalse.v", signOfSum],
  ["systolic", "sums of 40 bits", "systolic_pe.v", cutTo(40)],
  ["systolic", "sums of 47 bits", "systolic_pe.v", cutTo(47)],
  ["matmul", "sums of 40 bits", "systolic_pe.v", cutTo(40)],
] as const;

describe("faults that only large sums show", () => {
  it.each(faults)("%s, %s: caught by a check", async (name, _, file, fault) => {
    const generator = generatorNamed(name);
    const { parameters } = resolveParameters(generator.spec);
    const circuit = elaborate(generator.module, parameters);
    const emitted = emitVerilog(circuit);
    const faulty = emitted.modules.map(({ name: module, text }) => (`${module}.v` === file ? fault(text) : text));
    const design = designOf(circuit, { ...emitted, text: faulty.join("\n") });
    const { mismatches } = await crossCheck({
      ...{ name, parameters, seed: 1, reproduce: "", stopAtFirst: true },
      start: () => startSimulation("verilator", design),
      run: bothWays(generator, parameters),
      golden: (operation) => generator.golden(parameters, operation),
      operations: operationsOf(generator, parameters, 0, 1),
    });
    expect(mismatches).toBe(1);
  });

  it.each(["srmac", "systolic", "matmul"])("%s: caught by the testbench that is emitted", async (name) => {
    const target = mkdtempSync(join(tmpdir(), "high-bits-"));
    const verdict = async () => {
      await execa("iverilog", ["-g2005", "-o", "t.vvp", `${name}_testbench.v`, "-f", `${name}.f`], { cwd: target });
      const { stdout } = await execa("vvp", ["t.vvp"], { cwd: target, reject: false });
      return stdout.trim().split("\n").at(-1);
    };
    try {
      const generator = generatorNamed(name);
      const { parameters } = resolveParameters(generator.spec);
      await generate(generator, parameters, target, { positions: false, prefix: "", testbench: true });
      expect(await verdict()).toMatch(/^PASS/);
      for (const [, , file, fault] of faults.filter(([of]) => of === name)) {
        const path = join(target, file);
        const text = readFileSync(path, "utf8");
        writeFileSync(path, fault(text));
        expect(await verdict()).toMatch(/^FAIL/);
        writeFileSync(path, text);
      }
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});

it("no testbench is written for hardware that differs from its golden model, which is a failed check", async () => {
  const srmac = generatorNamed("srmac");
  const { parameters } = resolveParameters(srmac.spec, { preset: "small" });
  const wrong = { ...srmac, golden: () => ({ result: { y: [77n] }, cycles: 0 }) };
  const made = testbenchFor(wrong, parameters, elaborate(srmac.module, parameters), "sync-high");
  await expect(made).rejects.toMatchObject({ exitStatus: 1, details: { code: "check-failed" } });
});
