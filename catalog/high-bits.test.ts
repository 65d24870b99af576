import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { crossCheck } from "../testbench/crosscheck.ts";
import { designOf } from "../testbench/design.ts";
import { startSimulation } from "../testbench/engine.ts";
import { sumFaults } from "../testbench/fixtures/emitted-faults.ts";
import { checked } from "./checked.ts";
import { generatorNamed } from "./index.ts";
import { testbenchFor } from "./testbench.ts";

describe("faults that only large sums show", () => {
  it.each(sumFaults)("$generator, $what: caught by a check", async ({ generator: name, file, fault }) => {
    const generator = generatorNamed(name);
    const { parameters } = resolveParameters(generator.spec);
    const circuit = elaborate(generator.module, parameters);
    const emitted = emitVerilog(circuit);
    const faulty = emitted.modules.map(({ name: module, text }) => (`${module}.v` === file ? fault(text) : text));
    const design = designOf(circuit, { ...emitted, text: faulty.join("\n") });
    const { mismatches } = await crossCheck({
      ...{ name, parameters, seed: 1, reproduce: "", stopAtFirst: true },
      start: () => startSimulation("verilator", design),
      ...checked(generator, parameters, 0, 1),
    });
    expect(mismatches).toBe(1);
  });
});

it("no testbench is written for hardware that differs from its golden model, which is a failed check", async () => {
  const srmac = generatorNamed("srmac");
  const { parameters } = resolveParameters(srmac.spec, { preset: "small" });
  const wrong = { ...srmac, golden: () => ({ result: { y: [77n] }, cycles: 0 }) };
  const made = testbenchFor(wrong, parameters, elaborate(srmac.module, parameters), "sync-high");
  await expect(made).rejects.toMatchObject({ exitStatus: 1, details: { code: "check-failed" } });
});
