import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { bit, Coverage, defineModule, elaborate, enumOf, input, output, uint } from "../../hdl/index.ts";
import { withoutComments } from "../../platform/verilog-text.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { buildVerilator } from "../verilator/build.ts";
import type { CoverageData } from "./data.ts";
import { CoverageDatabase } from "./database.ts";
import { mergeCoverage } from "./merge.ts";

const step = enumOf("up", "down", "hold");

/** No clock: its arms count at the edges of the design around it. */
const nextOf = defineModule("next_of", (_: Record<never, never>) => ({
  ports: { now: input(uint(4)), step: input(step), next: output(uint(4)) },
  build({ now, step, next }, m) {
    m.switch(step, {
      up: () => next.set(now.addWrap(1)),
      down: () => next.set(now.subWrap(1)),
      hold: () => next.set(now),
    });
  },
}));

const counter = defineModule("counter", ({ limit }: { limit: number }) => ({
  ports: { step: input(step), clear: input(bit), count: output(uint(4)) },
  build(io, m) {
    const count = m.reg("held", uint(4), { reset: 0 });
    const { next } = m.inst("following", nextOf, {}, { now: count, step: io.step });
    m.when(io.clear, () => {
      count.set(0); // cleared
    }).otherwise(() => {
      m.when(count.ne(limit), () => count.set(next)); // counted
    });
    m.cover("full", count.eq(limit));
    io.count.set(count);
  },
}));

const source = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");
const lineOf = (text: string) => source.findIndex((line) => line.includes(text)) + 1;

type Row = readonly [step: number, clear: number];
const [up, down, hold]: Row[] = [
  [0, 0],
  [1, 0],
  [2, 0],
];
const clear: Row = [2, 1];

async function run(engine: "wasm" | "verilator", rows: readonly Row[], limit = 3, seed = 1): Promise<CoverageData> {
  const coverage = new CoverageDatabase();
  const simulation = await startSimulation(engine, designOf(counter, { limit }), { coverage, seed });
  await simulation.execute([{ kind: "batch", inputs: ["step", "clear"], rows, outputs: ["count"] }]);
  await simulation.close();
  return coverage.data;
}

describe.each(["wasm", "verilator"] as const)("coverage of TypeScript on %s", (engine) => {
  it("counts arms, the lines in them and covers, by line", async () => {
    const { typescript, runs } = await run(engine, [up, up, up, up, hold]);
    expect(runs).toBe(1);
    expect(typescript.map(({ file }) => file)).toEqual(["testbench/coverage/coverage.test.ts"]);
    const [{ arms, lines, covers, text }] = typescript;
    expect(text.split("\n")).toEqual(source);
    expect(Object.fromEntries(arms.map(({ line, label, count }) => [`${line} ${label}`, count]))).toEqual({
      [`${lineOf("up: () => next")} up`]: 4,
      [`${lineOf("down: () => next")} down`]: 0,
      [`${lineOf("hold: () => next")} hold`]: 1,
      [`${lineOf("m.when(io.clear")} `]: 0,
      [`${lineOf("}).otherwise(")} otherwise`]: 5,
      [`${lineOf("// counted")} `]: 3,
    });
    expect(Object.fromEntries(lines.map(({ line, count }) => [line, count]))).toMatchObject({
      [lineOf("// cleared")]: 0,
      [lineOf("// counted")]: 3,
    });
    expect(covers).toEqual([{ line: lineOf('m.cover("full"'), name: "full", count: 2 }]);
  });

  it("is complete over two runs where each has a hole", async () => {
    const runs = [await run(engine, [up, up, down]), await run(engine, [clear, hold, up], 3, 2)];
    const holes = ({ typescript }: CoverageData) => typescript[0].arms.filter(({ count }) => count === 0);
    expect(runs.map((data) => holes(data).map(({ label, line }) => [label, line]))).toEqual([
      [
        ["hold", lineOf("hold: () => next")],
        ["", lineOf("m.when(io.clear")],
      ],
      [["down", lineOf("down: () => next")]],
    ]);
    expect(holes(mergeCoverage(runs))).toEqual([]);
    expect(mergeCoverage(runs).runs).toBe(2);
  });
});

describe("coverage of Verilog", () => {
  it("names the bits that never change, and the line of TypeScript", async () => {
    const { verilog } = await run("verilator", [up, up, up]);
    const { name, signals } = verilog.at(-1) as (typeof verilog)[number];
    expect(name).toBe("counter");
    const held = signals.find((signal) => signal.name === "held");
    expect(held).toEqual({
      module: "counter",
      name: "held",
      line: expect.any(Number),
      at: `testbench/coverage/coverage.test.ts:${lineOf('m.reg("held"')}`,
      // 0 1 2 3
      bits: { "[0]": 3, "[1]": 1, "[2]": 0, "[3]": 0 },
    });
    expect(signals.map((signal) => signal.name)).not.toContain("clock");
  });

  it("counts lines and branches where they stand in the Verilog", async () => {
    const { verilog } = await run("verilator", [up, up, up, up]);
    const { text, points } = verilog.at(-1) as (typeof verilog)[number];
    const lines = text.split("\n");
    const branches = points.map(({ line, what, count }) => `${lines[line - 1].trim()} [${what}: ${count}]`);
    expect(branches.slice(1).join("\n")).toMatchInlineSnapshot(`
      "if (reset) held <= 4'd0; [elsif: 2]
      else if (clear) held <= 4'd0; [elsif: 0]
      else if (held != 4'd3) held <= following_next; [if: 3]
      else if (held != 4'd3) held <= following_next; [else: 1]"
    `);
    expect(text).not.toContain("ifdef");
  });

  it("is the same whatever registers hold at power-up", async () => {
    const [a, b] = [await run("verilator", [up, down], 3, 1), await run("verilator", [up, down], 3, 77)];
    expect(a).toEqual(b);
  });
});

describe("both engines count the same", () => {
  /** Chooses without any clock. */
  const chosen = defineModule("chosen", (_: Record<never, never>) => ({
    ports: { step: input(step), value: input(uint(4)), result: output(uint(4)) },
    build({ step, value, result }, m) {
      m.switch(step, {
        up: () => result.set(value.addWrap(1)),
        down: () => m.when(value.eq(0), () => result.set(0)).otherwise(() => result.set(value.subWrap(1))),
        hold: () => result.set(value),
      });
    },
  }));
  /** The choice is looked at in edges of either clock, the rest in those of the default one. */
  const twoClocks = defineModule("two_clocks", (_: Record<never, never>) => ({
    ports: {
      step: input(step),
      value: input(uint(4)),
      result: output(uint(4)),
      turns: output(bit, { domain: "slow" }),
    },
    build({ step, value, result, turns }, m) {
      const held = m.reg("held", uint(4), { reset: 0 });
      const { result: next } = m.inst("choice", chosen, {}, { step, value });
      m.when(next.ge(8), () => held.set(next)).elseWhen(next.ge(4), () => held.set(0));
      result.set(held);
      const turn = m.domain("slow").reg("turn", bit, { reset: false });
      turn.set(turn.not());
      turns.set(turn);
    },
  }));

  const counts = async (design: DesignUnderTest, rows: readonly (readonly number[])[]) => {
    const inputs = design.ports.filter(({ direction }) => direction === "input").map(({ name }) => name);
    const runs = ["wasm", "verilator"].map(async (engine) => {
      const coverage = new Coverage();
      const simulation = await startSimulation(engine, design, { coverage });
      await simulation.execute([{ kind: "batch", inputs, rows, outputs: [] }]);
      await simulation.close();
      return coverage.files().map(({ arms }) => arms.map(({ label, count }) => [label, count]));
    });
    const [wasm, verilator] = await Promise.all(runs);
    expect(verilator).toEqual(wasm);
    return wasm[0];
  };

  it("of logic without a clock, once a row", async () => {
    const rows = [
      [0, 3],
      [1, 0],
      [1, 1],
      [1, 2],
    ];
    expect(await counts(designOf(chosen, {}), rows)).toEqual([
      ["up", 1],
      ["down", 3],
      ["", 1],
      ["otherwise", 2],
      ["hold", 0],
    ]);
  });

  it("of a design with two clocks", async () => {
    const design = designOf(twoClocks, {});
    const inputs = design.ports.filter(({ direction }) => direction === "input").map(({ name }) => name);
    const { clocks = [] } = design;
    expect(clocks).toHaveLength(2);
    // Rises of both, of the default one, of the other one.
    const rises = [clocks, [clocks[0]], [clocks[1]], clocks, [clocks[1]], [clocks[0]]];
    const rows = rises.flatMap((rising, i) =>
      [false, true].map((high) =>
        inputs.map((name) =>
          clocks.includes(name)
            ? Number(high && rising.includes(name))
            : name === "step"
              ? i % 3
              : name === "value"
                ? 3 * i
                : 0,
        ),
      ),
    );
    const arms = await counts(design, rows);
    expect(arms.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(8);
  });
});

it("leaves models without coverage as they are", async () => {
  const design = designOf(counter, { limit: 3 });
  const plain = await buildVerilator(design, { traced: false });
  const sources = readdirSync(plain.folder).filter((name) => /\.(cpp|h)$/.test(name));
  const texts = sources.map((name) => readFileSync(join(plain.folder, name), "utf8"));
  expect(texts.filter((text) => text.includes("__Vcoverage"))).toEqual([]);
  expect(sources.length).toBeGreaterThan(2);
  const built = readFileSync(join(plain.folder, "design.v"), "utf8");
  expect(withoutComments(built)).toBe(withoutComments(design.verilog));
});

describe("a run that fails", () => {
  const watched = defineModule("watched", (_: Record<never, never>) => ({
    ports: { a: input(uint(4)), b: output(uint(4)) },
    build({ a, b }, m) {
      const held = m.reg("held", uint(4), { reset: 0 });
      m.when(a.ne(0), () => held.set(a));
      m.assert("below_eight", held.lt(8));
      b.set(held);
    },
  }));

  it.each(["wasm", "verilator"] as const)("has counted until then on %s", async (engine) => {
    const coverage = new CoverageDatabase();
    const simulation = await startSimulation(engine, designOf(watched, {}), { coverage });
    const rows = [1, 9, 1, 1, 1].map((a) => [a]);
    const run = simulation.execute([{ kind: "batch", inputs: ["a"], rows, outputs: ["b"] }]);
    await expect(run).rejects.toMatchObject({ details: { code: "assertion-failed" } });
    await simulation.close();
    const [{ arms }] = coverage.data.typescript;
    expect(arms[0].count).toBeGreaterThan(1);
    expect(arms[0].count).toBeLessThan(5);
  });
});

describe.each(["child", "in-process"] as const)("a model as a %s", (transport) => {
  const counted = async (before?: () => void) => {
    const coverage = new CoverageDatabase();
    const simulation = await startSimulation("verilator", designOf(counter, { limit: 3 }), { coverage, transport });
    await simulation.execute([{ kind: "batch", inputs: ["step", "clear"], rows: [up, down], outputs: ["count"] }]);
    before?.();
    await simulation.close();
    return coverage.data;
  };

  it("counts the same, and leaves no file behind", async () => {
    const place = mkdtempSync(join(tmpdir(), "whittle-coverage-place-"));
    vi.stubEnv("TMPDIR", place);
    expect(await counted()).toEqual(await run("verilator", [up, down]));
    expect(readdirSync(place)).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true });
  });

  it("says so where what it counted is lost", async () => {
    const place = mkdtempSync(join(tmpdir(), "whittle-coverage-place-"));
    vi.stubEnv("TMPDIR", place);
    const lost = counted(() => rmSync(place, { recursive: true }));
    await expect(lost).rejects.toMatchObject({ exitStatus: 1, details: { code: "coverage-lost" } });
    vi.unstubAllEnvs();
  });
});

it("Icarus refuses to count", async () => {
  const coverage = new CoverageDatabase();
  const start = startSimulation("icarus", designOf(counter, { limit: 3 }), { coverage });
  await expect(start).rejects.toMatchObject({ details: { code: "no-coverage" } });
});

it("fills the arms alone where no database is given", async () => {
  const coverage = new Coverage();
  for (const engine of ["wasm", "verilator"] as const) {
    const simulation = await startSimulation(engine, designOf(elaborate(counter, { limit: 3 })), { coverage });
    await simulation.execute([{ kind: "batch", inputs: ["step", "clear"], rows: [up], outputs: [] }]);
    await simulation.close();
  }
  expect([coverage.taken, coverage.total]).toEqual([3, 6]);
});
