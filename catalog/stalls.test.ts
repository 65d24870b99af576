import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { stallFaults } from "../testbench/fixtures/emitted-faults.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import { bothWays } from "./both-ways.ts";
import { generatorNamed } from "./index.ts";

/** What `check` does, in Icarus; of the operations only the first `most`. */
function judgeAs(name: string, fault: (verilog: string) => string, most?: number) {
  const generator = generatorNamed(name);
  const { parameters } = resolveParameters(generator.spec);
  const trial = {
    circuit: elaborate(generator.module, parameters),
    operations: casesOf(generator.cases, parameters, 10).slice(0, most),
    run: bothWays(generator, parameters),
    golden: (operation: unknown) => generator.golden(parameters, operation),
  };
  return judge(trial, fault);
}

describe("hardware that loses words which wait", () => {
  // A few operations show that what is judged runs at all; crosscheck.test.ts has each generator at its defaults with all of them in Icarus.
  it.each([...new Set(stallFaults.map(({ generator }) => generator))])("%s agrees without a fault", async (name) =>
    expect(await judgeAs(name, noFault, 5)).toBe("equal"),
  );

  it.each(stallFaults)("$generator, $what: caught by a check", async ({ generator, from, to }) =>
    expect(await judgeAs(generator, replacing(from, to))).toBe("caught"),
  );
});
