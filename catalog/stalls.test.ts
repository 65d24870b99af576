import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const enters = "if (ring_write_enable_words_valid_and_words_ready) ring[tail]";
const gate = "(lastCall && room && !seeding)";
const held = "assign array_results_ready = m_axis_tready;";
const faults: readonly (readonly [name: string, what: string, from: string, to: string])[] = [
  ["xnor", "words enter a full ring of inputs", enters, "if (1'b1) ring[tail]"],
  ["bnn", "words enter a full ring of inputs", enters, "if (1'b1) ring[tail]"],
  ["bcnn", "words enter a full ring of inputs", enters, "if (1'b1) ring[tail]"],
  ["srmac", "all moves always", "wire enable = free && !seeding;", "wire enable = 1'b1;"],
  ["srmac", "results do not wait", "wire free = !held || results_ready;", "wire free = 1'b1;"],
  [
    "srmac",
    "a seed does not wait for results",
    "assign seed_ready = seeding || rounding_idle;",
    "assign seed_ready = 1'b1;",
  ],
  [
    "srmac",
    "a result is on offer while a seed enters",
    "assign results_valid = held && !seeding;",
    "assign results_valid = held;",
  ],
  ["systolic", "a tile ends while a seed waits or enters", gate, "(lastCall && room)"],
  ["systolic", "a seed does not wait for results", "assign seed_ready = control_idle;", "assign seed_ready = 1'b1;"],
  ["matmul", "results do not wait", held, "assign array_results_ready = m_axis_tready || array_results_valid;"],
  ["matmul", "results find no room", gate, "(lastCall && !seeding)"],
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

describe("hardware that loses words which wait", () => {
  it.each(["srmac", "systolic", "matmul", "xnor", "bnn", "bcnn"])("%s agrees without a fault", async (name) =>
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
      const texts = readdirSync(target).map((file) => [join(target, file), readFileSync(join(target, file), "utf8")]);
      for (const [file, text] of texts.filter(([, text]) => text.includes(from)))
        writeFileSync(file, replacing(from, to)(text));
      const { top } = elaborate(generator.module, parameters);
      await execa("iverilog", ["-g2005", "-o", "t.vvp", `${top}_testbench.v`, "-f", `${top}.f`], { cwd: target });
      const { stdout } = await execa("vvp", ["t.vvp"], { cwd: target, reject: false });
      expect(stdout).toMatch(/FAIL: \d+ of \d+ cycles differ/);
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});
