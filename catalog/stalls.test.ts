import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { stallFaults } from "../testbench/fixtures/emitted-faults.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import { bothWays } from "./both-ways.ts";
import { generatorNamed } from "./index.ts";

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

  it.each(stallFaults)("$generator, $what: caught by a check", async ({ generator, from, to }) =>
    expect(await judgeAs(generator, replacing(from, to))).toBe("caught"),
  );
});
