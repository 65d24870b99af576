import { describe, expect, it } from "vitest";
import {
  bit,
  Coverage,
  concat,
  connect,
  defineModule,
  enumOf,
  input,
  output,
  queued,
  registered,
  simulate,
  stream,
  uint,
} from "../index.ts";

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
    expect(arms["up: () => m.when(count.ne(limit), () => count.set(count.addWrap(1))),"]).toEqual([5, 3]);
    expect(arms["down: () => count.set(count.subWrap(1)),"]).toEqual([0]);
    expect(arms["hold: () => undefined,"]).toEqual([1]);
    expect([coverage.taken, coverage.total]).toEqual([4, 6]);
  });

  it("adds simulations and parameters up", () => {
    const coverage = new Coverage();
    run(coverage, ["up", "down"]);
    run(coverage, ["down", "up", "hold"], 7);
    expect(counts(coverage.lcov(), "DA")["down: () => count.set(count.subWrap(1)),"]).toEqual([2]);
    expect([coverage.taken, coverage.total]).toEqual([5, 6]);
  });

  it("counts the states of a machine and nested cases on their own lines", () => {
    const nested = defineModule("nested", () => ({
      ports: { go: input(bit), number: input(uint(1)), q: output(bit) },
      build(io, m) {
        const held = m.reg("held", bit, { reset: false });
        const machine = m.fsm("state", {
          initial: "idle",
          states: {
            idle: (go) => {
              m.switch(io.number, {
                0: () => undefined,
                1: () => held.set(true),
              });
              m.when(io.go, () => go("busy"));
            },
            busy(go) {
              go("idle");
            },
          },
        });
        m.switch(io.number, Object.fromEntries([0, 1].map((i) => [i, () => undefined])) as never);
        io.q.set(machine.is("busy").and(held));
      },
    }));
    const coverage = new Coverage();
    const dut = simulate(nested, {}, { coverage });
    dut.reset();
    dut.in.number = 1;
    dut.in.go = true;
    for (let edge = 0; edge < 5; edge++) dut.tick();
    const arms = counts(coverage.lcov(), "BRDA");
    expect(arms["idle: (go) => {"]).toEqual([3]);
    expect(arms["busy(go) {"]).toEqual([2]);
    expect(arms["0: () => undefined,"]).toEqual([0]);
    expect(arms["1: () => held.set(true),"]).toEqual([3]);
    expect(arms['m.when(io.go, () => go("busy"));']).toEqual([3]);
    // Cases that are not written out are on the line of the call.
    expect(Object.keys(arms).filter((line) => line.startsWith("m.switch"))).toHaveLength(1);
  });

  it("tells several arms on one line apart, and adds up those of a loop", () => {
    const flags = defineModule("flags", () => ({
      ports: { a: input(bit), b: input(bit), q: output(uint(4)) },
      build(io, m) {
        const [first, other, none] = ["first", "other", "none"].map((name) => m.reg(name, bit, { reset: false }));
        const wire = m.wire("either", bit);
        wire.set(false);
        // biome-ignore format: what is tested is one line
        const onOneLine = () => {
          m.when(io.a, () => first.set(true)); m.when(io.b, () => other.set(true)).otherwise(() => none.set(true));
        };
        onOneLine();
        for (const each of [io.a, io.b]) m.when(each, () => wire.set(true));
        io.q.set(concat(first, other, none, wire));
      },
    }));
    const coverage = new Coverage();
    const dut = simulate(flags, {}, { coverage });
    dut.reset();
    for (const [a, b, edges] of [
      [true, true, 3],
      [true, false, 4],
      [false, false, 5],
    ] as const) {
      dut.in.a = a;
      dut.in.b = b;
      dut.tick(edges);
    }
    const arms = counts(coverage.lcov(), "BRDA");
    const [[, oneLine], [, loop]] = Object.entries(arms);
    // By column: a, b, and what is left of b.
    expect(oneLine).toEqual([7, 3, 9]);
    expect(loop).toEqual([10]);
  });

  it("leaves out the arms in parts of the library", () => {
    const buffer = defineModule("buffer", (_: Record<never, never>) => ({
      ports: { words: input(stream(uint(4))), out: output(stream(uint(4))) },
      build: ({ words, out }, m) => connect(out, registered(m, "word", queued(m, "queue", words, 3))),
    }));
    const coverage = new Coverage();
    simulate(buffer, {}, { coverage }).tick(3);
    expect(coverage.total).toBe(0);
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
