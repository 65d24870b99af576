import { describe, expect, it } from "vitest";
import { bit, Coverage, defineModule, enumOf, input, output, simulate, uint } from "../index.ts";

const step = enumOf("up", "down", "hold");

const counter = defineModule("counter", ({ limit }: { limit: number }) => ({
  ports: { step: input(step), clear: input(bit), count: output(uint(4)) },
  build(io, m) {
    const count = m.reg("count_now", uint(4), { reset: 0 });
    m.when(io.clear, () => {
      count.set(0);
    }).otherwise(() => {
      m.switch(io.step, {
        up: () => m.when(count.ne(limit), () => count.set(count.addWrap(1))),
        down: () => count.set(count.subWrap(1)),
        hold: () => undefined,
      });
    });
    io.count.set(count);
  },
}));

/** The counts of an lcov text by the text of the line, which edits above do not move. */
function counts(lcov: string, kind: "DA" | "BRDA"): Record<string, number[]> {
  const source = simulationSource.split("\n");
  const found: Record<string, number[]> = {};
  for (const [, line, rest] of lcov.matchAll(new RegExp(`^${kind}:(\\d+),(.*)$`, "gm"))) {
    const text = source[Number(line) - 1].trim();
    found[text] = [...(found[text] ?? []), Number(rest.split(",").at(-1))];
  }
  return found;
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const simulationSource = readFileSync(fileURLToPath(import.meta.url), "utf8");

describe("coverage of arms", () => {
  const run = (coverage: Coverage, steps: readonly ("up" | "down" | "hold")[], limit = 3) => {
    const dut = simulate(counter, { limit }, { coverage });
    dut.in.step = "hold";
    dut.reset();
    for (const one of steps) {
      dut.in.step = one;
      dut.tick();
    }
    return dut;
  };

  it("counts the edges at which each arm is taken, on the lines of the TypeScript", () => {
    const coverage = new Coverage();
    run(coverage, ["up", "up", "up", "up", "up", "hold"]);
    expect(counts(coverage.lcov(), "DA")).toEqual({
      "count.set(0);": [0],
      "up: () => m.when(count.ne(limit), () => count.set(count.addWrap(1))),": [3],
      "down: () => count.set(count.subWrap(1)),": [0],
    });
    const arms = counts(coverage.lcov(), "BRDA");
    expect(arms["m.when(io.clear, () => {"]).toEqual([0]);
    expect(arms["}).otherwise(() => {"]).toEqual([6]);
    expect(arms["m.switch(io.step, {"]).toEqual([5, 0, 1]);
    expect([coverage.taken, coverage.total]).toEqual([4, 6]);
  });

  it("adds simulations and parameters up", () => {
    const coverage = new Coverage();
    run(coverage, ["up", "down"]);
    run(coverage, ["down", "up", "hold"], 7);
    expect(counts(coverage.lcov(), "DA")["down: () => count.set(count.subWrap(1)),"]).toEqual([2]);
    expect([coverage.taken, coverage.total]).toEqual([5, 6]);
  });

  it("is lcov as its readers know it", () => {
    const coverage = new Coverage();
    run(coverage, []);
    expect(
      coverage
        .lcov()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual([
      "TN",
      "SF",
      ...new Array(6).fill("BRDA"),
      "BRF",
      "BRH",
      "DA",
      "DA",
      "DA",
      "LF",
      "LH",
      "end_of_record",
      "",
    ]);
  });
});
