import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import { bothWays } from "./both-ways.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

const faults: readonly (readonly [name: string, what: string, from: string, to: string])[] = [
  ["srmac", "all moves always", "wire enable = free && !seeding;", "wire enable = 1'b1;"],
  ["srmac", "results do not wait", "wire free = !held || results_ready;", "wire free = 1'b1;"],
  ["systolic", "results do not wait", "assign queue_pop_ready = results_ready;", "assign queue_pop_ready = 1'b1;"],
];

/** What `check` does, in Icarus. */
function judgeAs(name: string, fault: (verilog: string) => string) {
  const generator = generatorNamed(name);
  const { parameters } = resolveParameters(generator.spec);
  const trial = {
    circuit: elaborate(generator.module, parameters),
    operations: casesOf(generator.cases, parameters, 10),
    run: bothWays(generator, parameters),
    golden: (operation: unknown) => generator.golden(parameters, operation),
  };
  return judge(trial, fault);
}

describe("hardware that loses results which wait", () => {
  it.each(["srmac", "systolic"])("%s agrees without a fault", async (name) =>
    expect(await judgeAs(name, noFault)).toBe("equal"),
  );

  it.each(faults)("%s, %s: caught by a check", async (name, _, from, to) =>
    expect(await judgeAs(name, replacing(from, to))).toBe("caught"),
  );

  it.each(faults)("%s, %s: caught by the testbench that is emitted", async (name, _, from, to) => {
    const target = mkdtempSync(join(tmpdir(), "stalls-"));
    try {
      const generator = generatorNamed(name);
      const { parameters } = resolveParameters(generator.spec);
      await generate(generator, parameters, target, { positions: false, prefix: "", testbench: true });
      const file = join(target, `${name}.v`);
      writeFileSync(file, replacing(from, to)(readFileSync(file, "utf8")));
      await execa("iverilog", ["-g2005", "-o", "t.vvp", `${name}_testbench.v`, "-f", `${name}.f`], { cwd: target });
      const { stdout } = await execa("vvp", ["t.vvp"], { cwd: target, reject: false });
      expect(stdout).toMatch(/FAIL: \d+ of \d+ cycles differ/);
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});
