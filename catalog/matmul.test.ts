import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registerHeader, registerTable } from "../generators/common/registers.ts";
import { matmulRegisters } from "../generators/matmul/registers.ts";
import { elaborate } from "../hdl/index.ts";
import { UserError } from "../sw-model/errors.ts";
import { goldenMatmul, type MatmulOperation, parseMatmulOperation } from "../sw-model/matmul/operation.ts";
import { sizeOf } from "../sw-model/matmul/panels.ts";
import { type MatmulParameters, matmulSpec } from "../sw-model/matmul/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { matmulPoint } from "../testbench/cases/mac-points.ts";
import { setsOf } from "../testbench/cases/sets.ts";
import { driveMatmul, MatmulHost, streamMatmul } from "../testbench/drivers/matmul.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Command, Simulation } from "../testbench/simulation.ts";
import { brief } from "./brief.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { matmulGenerator } from "./matmul.ts";

const given = (sets: readonly string[]) => resolveParameters(matmulSpec, { sets });

/** Icarus takes 5 microseconds a unit and clock, and the directed cases have tens of thousands of clocks: it runs one in five of the arrays of up to so many units. */
const mostUnitsInIcarus = 20;

describe("the matrix multiplier equals its golden model in results and cycles", () => {
  const points = fc.sample(matmulPoint, { numRuns: 16, seed: 2015 });
  const small = points.filter(({ rows, cols }) => rows * cols <= mostUnitsInIcarus);
  it.each(points.map((point, i) => [i, setsOf(point), point] as const))(
    "random multiplier %i: %s",
    async (i, sets, point) => {
      const inIcarus = small.indexOf(point) % 5 === 0;
      for (const [engine, cases] of [["wasm", 25] as const, ["icarus", inIcarus ? 2 : 0] as const]) {
        if (cases === 0) continue;
        const report = await check(brief(matmulGenerator), given(sets), { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

it("an inner dimension beyond the register of it is one of several parts", async () => {
  const { parameters: largest } = given(["rows=3", "cols=3", "aSquares=32768", "bSquares=32768", "rounding=nearest"]);
  const inner = 2 ** 16 + 100;
  const row = Array.from({ length: inner }, (_, i) => (i % 1000) - 400);
  const operation: MatmulOperation = { a: [row], b: row.map((value) => [value - 1]) };
  const simulation = await startGenerator(matmulGenerator, { ...largest }, "wasm");
  const { result, cycles } = await driveMatmul(simulation, largest, operation);
  await simulation.close();
  expect({ result, cycles }).toEqual(matmulGenerator.golden(largest, operation));
});

const parameters = given(["rows=3", "cols=2", "aSquares=64", "bSquares=128"]).parameters;
const operations = fc.sample(matmulGenerator.cases.arbitrary(parameters), { numRuns: 30, seed: 4 });

describe("the buffers", () => {
  it("take the next operands while a product is computed", async () => {
    const simulation = await startGenerator(matmulGenerator, { ...parameters }, "wasm");
    const host = new MatmulHost(parameters);
    const commands: Command[] = [host.load("a", operations[0].a), host.load("b", operations[0].b)];
    const collects: number[] = [];
    operations.forEach((operation, i) => {
      commands.push(...host.start(operation));
      const next = operations[i + 1];
      if (next) commands.push(host.load("a", next.a), host.load("b", next.b));
      collects.push(commands.push(host.collect(operation)) - 1);
    });
    const results = await simulation.execute(commands);
    operations.forEach((operation, i) => {
      const golden = goldenMatmul(parameters, operation);
      expect(host.resultOf(operation, results[collects[i]])).toEqual(golden);
    });
    await simulation.close();
  });

  it("keep an operand that the next product takes again", async () => {
    const simulation = await startGenerator(matmulGenerator, { ...parameters }, "wasm");
    const host = new MatmulHost(parameters);
    const [operation] = operations;
    const [again] = host.start({ ...operation, seed: 99 }).splice(-1);
    expect(again).toEqual(host.write("CONTROL", { start: 1, takeA: 1, takeB: 1 }));
    const results = await simulation.execute([
      ...[host.load("a", operation.a), host.load("b", operation.b), ...host.start(operation), host.collect(operation)],
      ...host.start({ ...operation, seed: 99 }).slice(0, -1),
      ...[host.write("CONTROL", { start: 1 }), host.collect(operation)],
    ]);
    const golden = goldenMatmul(parameters, { ...operation, seed: 99 });
    expect(host.resultOf(operation, results[results.length - 1])).toEqual(golden);
    await simulation.close();
  });
});

describe("no word that is accepted gets lost", () => {
  const loose = resolveParameters(matmulSpec, { sets: ["rows=2", "cols=2", "rounding=truncate", "dropBits=0"] });
  const small = { ...loose.parameters, aSquares: 3, bSquares: 4 };
  const product = (value: number): MatmulOperation => ({ a: [[value]], b: [[1]] });

  it.each(["wasm", "icarus"])("of matrices sent back to back before the first start, on %s", async (engine) => {
    const host = new MatmulHost(small);
    const simulation = await startGenerator(matmulGenerator, { ...small }, engine);
    const [first, second] = [product(3), product(-5)];
    // The words of the second wait at the stream, and go in by themselves once the start has taken the first.
    await simulation.execute([host.load("a", first.a), host.load("b", first.b), host.read("STATUS")]);
    const word = { s_axis_a_tdata: 0xfffb, s_axis_a_tlast: 1, s_axis_a_tuser: 1, s_axis_a_tvalid: 1 };
    const offered = Object.entries(word).map(([port, value]) => ({ kind: "poke", port, value }) as const);
    const [ready] = (await simulation.execute([...offered, { kind: "peek", port: "s_axis_a_tready" }])).slice(-1);
    expect(ready).toEqual([0n]);
    const taken = { kind: "until", port: "s_axis_a_tready", value: 1, limit: 50 } as const;
    const step = (cycles: number) => ({ kind: "step", cycles }) as const;
    const withdrawn = { kind: "poke", port: "s_axis_a_tvalid", value: 0 } as const;
    const [, status] = await simulation.execute([step(5), host.read("STATUS")]);
    expect(status[status.length - 1]).toBe(0b1100n);
    const both = [...host.start(first), taken, step(1), withdrawn, host.collect(first)];
    const started = both.length;
    both.push(host.load("b", second.b), ...host.start(second), host.collect(second));
    const results = await simulation.execute(both);
    const products = [results[started - 1], results[results.length - 1]];
    expect(products.map((values) => host.resultOf(first, values))).toEqual([{ c: [[3n]] }, { c: [[-5n]] }]);
    await simulation.close();
  });

  it.each(["wasm", "icarus"])("of a matrix that is larger than its squares, on %s", async (engine) => {
    const host = new MatmulHost(small);
    const simulation = await startGenerator(matmulGenerator, { ...small }, engine);
    // Three squares of one row of tiles, both rows of them, are full with the second row's last word.
    const whole: MatmulOperation = {
      a: [
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 1, 2, 3],
      ],
      b: [[1], [0], [0], [0], [1], [1]],
    };
    const load = host.load("a", whole.a);
    if (load.kind !== "push") throw new Error("a load is a push");
    const open = { ...load, rows: load.rows.map(([data, last]) => [data, last, 0]) };
    await simulation.execute([open, host.load("b", whole.b)]);
    const peek = { kind: "peek", port: "s_axis_a_tready" } as const;
    const [ready, status] = await simulation.execute([peek, host.read("STATUS")]);
    expect([ready[0], status[status.length - 1]]).toEqual([0n, 0b1100n]);
    const results = await simulation.execute([...host.start(whole), host.collect(whole)]);
    expect(host.resultOf(whole, results[results.length - 1])).toEqual(goldenMatmul(small, whole));
    // A row of more words than there are squares: as many as there are go in.
    const wide = { ...load, rows: [1, 2, 3].map((data) => [data, 0, 0]) };
    const [, after] = await simulation.execute([wide, peek]);
    expect(after).toEqual([0n]);
    await simulation.close();
  });

  it.each(["wasm", "icarus"])(
    "of a seed: refused amid a product, waited for by a start amid a seed, on %s",
    async (engine) => {
      const simulation = await startGenerator(matmulGenerator, { ...parameters }, engine);
      const host = new MatmulHost(parameters);
      const operation = { ...operations[0], seed: 77 };
      const golden = goldenMatmul(parameters, operation);
      const loads = [host.load("a", operation.a), host.load("b", operation.b)];
      const started = host.start(operation);
      const push = host.write("SEED", { seedBits: 3, seedPush: 1 });
      // The answer to a write is there one clock after it.
      const answer = (results: readonly (readonly bigint[])[]) => (results.at(-1) ?? []).at(-1) ?? 0n;
      expect(answer(await simulation.execute([...loads, ...started, push]))).toBe(2n);
      // The product is under way by now, and waits for its results to be taken.
      const [, status, refused] = await simulation.execute([{ kind: "step", cycles: 200 }, host.read("STATUS"), push]);
      expect([answer([status]) & 3n, answer([refused])]).toEqual([1n, 2n]);
      const [values] = await simulation.execute([host.collect(operation)]);
      expect(host.resultOf(operation, values)).toEqual(golden);

      // The seed's last two words come after the start.
      const seeds = started.slice(0, parameters.lfsrWidth);
      const rest = started.slice(parameters.lfsrWidth);
      const early = await simulation.execute([...loads, ...seeds.slice(0, -2), ...rest, host.read("STATUS")]);
      expect(answer(early) & 3n).toBe(2n);
      for (const word of seeds.slice(-2)) expect(answer(await simulation.execute([word]))).toBe(0n);
      expect(answer(await simulation.execute([push]))).toBe(2n);
      const [late] = await simulation.execute([host.collect(operation)]);
      expect(host.resultOf(operation, late)).toEqual(golden);
      expect(answer(await simulation.execute([push]))).toBe(0n);
      await simulation.close();
    },
  );
});

describe("the registers", () => {
  const host = new MatmulHost(parameters);
  const access = async (commands: Command[]) => {
    const simulation = await startGenerator(matmulGenerator, { ...parameters }, "wasm");
    const results = await simulation.execute(commands);
    await simulation.close();
    return results.map((values) => values[values.length - 1]);
  };

  it("read back what was written, each for itself", async () => {
    const [, , first, second] = await access([
      host.write("TILES", { lastRowTile: 0x1234, lastColumnTile: 0xfedc }),
      host.write("INNER", { lastInner: 0x5678 }),
      host.read("TILES"),
      host.read("INNER"),
    ]);
    expect([first, second]).toEqual([0xfedc1234n, 0x5678n]);
  });

  it("take the bytes that the strobes name", async () => {
    const write = host.write("TILES", { lastRowTile: 0xaaaa, lastColumnTile: 0xbbbb });
    if (write.kind !== "batch") throw new Error("a write is a batch");
    const [[address, valid, word, , ...rest], idle] = write.rows;
    const [, , value] = await access([
      host.write("TILES", { lastRowTile: 0x1111, lastColumnTile: 0x2222 }),
      { ...write, rows: [[address, valid, word, 0b0110, ...rest], idle] },
      host.read("TILES"),
    ]);
    expect(value).toBe(0x22bbaa11n);
  });

  it.each(["wasm", "icarus"])("start no product of no words, and the next one as ever, on %s", async (engine) => {
    const simulation = await startGenerator(matmulGenerator, { ...parameters }, engine);
    const [operation] = operations;
    const loads = [host.load("a", operation.a), host.load("b", operation.b)];
    const empty = [host.write("CONTROL", { start: 1 }), { kind: "step", cycles: 5 } as const, host.read("STATUS")];
    const status = await simulation.execute(empty);
    expect(status[2][status[2].length - 1]).toBe(0n);
    const results = await simulation.execute([...loads, ...host.start(operation), host.collect(operation)]);
    expect(host.resultOf(operation, results[results.length - 1])).toEqual(goldenMatmul(parameters, operation));
    await simulation.close();
  });

  it("answer an address without a register by an error, and change nothing", async () => {
    const beyond = 4 * matmulRegisters(parameters).length;
    const inputs = ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`);
    const reading = ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`);
    const [written, read] = await access([
      {
        kind: "batch",
        inputs,
        rows: [
          [beyond, 1, 7, 15, 1, 1],
          [0, 0, 0, 0, 0, 1],
        ],
        outputs: ["s_axi_bresp"],
      },
      {
        kind: "batch",
        inputs: reading,
        rows: [
          [beyond, 1, 1],
          [0, 0, 1],
        ],
        outputs: ["s_axi_rresp"],
      },
    ]);
    expect([written, read]).toEqual([2n, 2n]);
  });
});

describe("docs/matmul.md", () => {
  it("shows the registers, and an operation that gives what stands there", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "matmul.md"), "utf8");
    expect(page).toContain(registerTable(matmulRegisters({ cols: 4 })));
    expect(registerHeader(matmulRegisters({ cols: 4 }), "MATMUL")).toContain("#define MATMUL_TILES 0x10u\n");
    expect(registerHeader(matmulRegisters({ cols: 4 }), "MATMUL")).toContain(
      "#define MATMUL_TILES_LAST_COLUMN_TILE_SHIFT 16u\n#define MATMUL_TILES_LAST_COLUMN_TILE_MASK 0xffff0000u",
    );
    const [operation, result] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
    const { parameters } = given([]);
    const parsed = parseMatmulOperation(operation, parameters);
    const simulation = await startGenerator(matmulGenerator, { ...parameters }, "wasm");
    const { result: got } = await driveMatmul(simulation, parameters, parsed);
    expect({ c: got.c.map((row) => row.map(Number)) }).toEqual(result);
    await simulation.close();
  });

  it("refuses operands that do not match", () => {
    const parse = (value: unknown) => () => parseMatmulOperation(value, parameters);
    expect(parse({ a: [[1, 2]], b: [[1, 2]], seed: 1 })).toThrow(/the inner dimension is 2 of A and 1 of B/);
    expect(parse({ a: [[1, 2]], b: [[1, 2]], seed: 1, transposeB: true })).not.toThrow();
    expect(parse({ a: [[1, 2]], b: [[1], [2]] })).toThrow(UserError);
    expect(parse({ a: [[]], b: [[1]], seed: 1 })).toThrow(/at least one value/);
  });
});

describe("a fault in the matrix multiplier is caught", () => {
  const trialOf = (parameters: MatmulParameters) => ({
    circuit: elaborate(matmulGenerator.module, parameters),
    operations: casesOf(matmulGenerator.cases, parameters, 12),
    run: (simulation: Simulation, operation: MatmulOperation) => driveMatmul(simulation, parameters, operation),
    golden: (operation: MatmulOperation) => matmulGenerator.golden(parameters, operation),
  });
  const whole = trialOf(parameters);
  const panels = trialOf({ ...parameters, aSquares: 2, bSquares: 3 });
  // A product of 512 has 86 panels; longer ones aim at the units, and have the same panels more often.
  const inPanels = {
    ...panels,
    operations: panels.operations.filter(({ operation }) => sizeOf(operation).inner <= 512),
  };

  it.each([
    ["whole", whole],
    ["in panels", inPanels],
  ])("without a fault all agree: products %s", async (_, trial) => expect(await judge(trial, noFault)).toBe("equal"));

  it.each([
    ["operands are read from the half that is loaded", ".readSquare({!loader_half,", ".readSquare({loader_half,"],
    ["rows of a square do not move on", "else line <= line + 2'd1;", "else line <= line;"],
    ["a row of tiles starts on the wrong column", "if (nextRow) columnTile <=", "if (1'b0) columnTile <="],
    [
      "rows are read for columns",
      ".byColumn(registers_commands_transposedB)",
      ".byColumn(!registers_commands_transposedB)",
    ],
    ["the last word is not marked", "assign m_axis_tlast = lastWord;", "assign m_axis_tlast = 1'b0;"],
  ])("%s", async (_, from, to) => expect(await judge(whole, replacing(from, to))).toBe("caught"));

  /** What the registers promise beside results. */
  const tried = {
    ...whole,
    operations: whole.operations.slice(0, 3),
    run: (simulation: Simulation, operation: MatmulOperation) =>
      streamMatmul(simulation, parameters, operation, { seed: 7, push: 0, pull: 60 }),
    golden: (operation: MatmulOperation) => ({ result: goldenMatmul(parameters, operation) }),
  };
  it("without a fault all agree: registers tried", async () => expect(await judge(tried, noFault)).toBe("equal"));

  it.each([
    ["an operand that is whole is not told", ".status_loadedB(fullB)", ".status_loadedB(1'b0)"],
    ["a register is not read", "if (readFrom_10) word_response <= 2'd0;", "if (readFrom_10) word_response <= 2'd2;"],
    ["an address without a register is read", "else word_response <= 2'd2;", "else word_response <= 2'd0;"],
  ])("%s", async (_, from, to) => expect(await judge(tried, replacing(from, to))).toBe("caught"));

  it.each([
    ["a tile ends though its sums are kept", "assign last = endsTile && !keeps;", "assign last = endsTile;"],
    ["sums are kept for ever", "if (start) keeps <= keep;", "if (start && keep) keeps <= keep;"],
    ["results are awaited of sums that are kept", "if (pendingKeep) wordsLeft", "if (1'b0) wordsLeft"],
    ["clocks of parts that were kept are forgotten", "starting && !kept) cycles", "starting) cycles"],
  ])("%s", async (_, from, to) => expect(await judge(inPanels, replacing(from, to))).toBe("caught"));
});
