import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constructs } from "../hdl/fixtures/constructs.ts";
import { meaning, pattern } from "../hdl/fixtures/expression-plan.ts";
import {
  type RandomModule,
  type Recipe,
  randomModule,
  recipes,
  sideBySide,
} from "../hdl/fixtures/random-expressions.ts";
import {
  type Inputs,
  interpret,
  type Program,
  programModule,
  programs,
  type State,
} from "../hdl/fixtures/random-statements.ts";
import { elaborate } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";
import { complaints } from "./fixtures/complaints.ts";

/**
 * Circuits of these engines are the same in every run: from the second on their models come from the cache. Other circuits are the
 * fuzzer's work (`make fuzz`), and the process's, which compiles nothing.
 */
const sameCircuits = { verilator: { seed: 12 }, icarus: { seed: 7 }, wasm: {} };
type Engine = keyof typeof sameCircuits;

const corner = (type: { width: number }) => [0n, 1n, (1n << BigInt(type.width)) - 1n, 1n << BigInt(type.width - 1)];

/** Rows of input patterns: corners against corners first, then random bits. */
function rowsFor(modules: readonly RandomModule[], count: number, seed: number): bigint[][] {
  const types = modules.flatMap(({ inputs }) => inputs.map(({ type }) => type));
  const bits = fc.sample(fc.bigInt({ min: 0n, max: (1n << 100n) - 1n }), { seed, numRuns: count * types.length });
  return Array.from({ length: count }, (_, r) =>
    types.map((type, i) => {
      const random = bits[r * types.length + i];
      const value = r % 2 === 0 ? corner(type)[Number(random % 4n)] : random;
      return BigInt.asUintN(type.width, value);
    }),
  );
}

async function compare(engine: Engine, given: readonly Recipe[], vectors: number, seed: number): Promise<void> {
  const modules = given.map((recipe, i) => randomModule(`random_${i}`, recipe));
  const circuit = elaborate(sideBySide(modules), {});
  expect(await complaints(circuit)).toBe("");
  const rows = rowsFor(modules, vectors, seed);
  const outputs = modules.flatMap((module, i) => module.outputs.map(({ name }) => `c${i}_${name}`));
  const simulation = await startSimulation(engine, designOf(circuit));
  try {
    const inputs = modules.flatMap((module, i) => module.inputs.map(({ name }) => `c${i}_${name}`));
    const [values] = await simulation.execute([{ kind: "batch", inputs, rows, outputs }]);
    const got = rows.map((_, r) => values.slice(r * outputs.length, (r + 1) * outputs.length));
    const wanted = rows.map((row) => {
      let from = 0;
      return modules.flatMap((module) => {
        const numbers = module.inputs.map(({ type }) => meaning(type, row[from++]));
        return module.compute(numbers).map((value, i) => {
          // The reference must keep to the type that the language promises.
          expect(meaning(module.outputs[i].type, value)).toBe(value);
          return pattern(module.outputs[i].type, value);
        });
      });
    });
    expect(got).toEqual(wanted);
  } finally {
    await simulation.close();
  }
}

describe("random expressions", () => {
  const several = fc.array(recipes, { minLength: 1, maxLength: 40 });
  const check = (engine: Engine, numRuns: number, vectors: number) =>
    fc.assert(
      fc.asyncProperty(several, fc.nat(), (given, seed) => compare(engine, given, vectors, seed)),
      { numRuns, ...sameCircuits[engine] },
    );

  it("mean in Icarus what the reference computes, and every reader accepts them in silence", () =>
    check("icarus", 12, 30));

  it("mean the same in the process", () => check("wasm", 12, 100));

  it("mean the same in Verilator", () => check("verilator", 1, 300));
});

describe("random statements", () => {
  const row = ({ run, c, d, fill }: Inputs) => [run ? 1 : 0, ...c, ...d, fill];
  const inputs = ["run", "c_0", "c_1", "c_2", "d_0", "d_1", "fill"];
  const outputs = ["r_0", "r_1", "r_2", "w_a", "w_b", "now", "clocked"];
  const bitOf = fc.nat(1);
  const steps = fc.record({
    run: fc.constant(true),
    c: fc.tuple(bitOf, bitOf, bitOf),
    d: fc.tuple(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255)),
    fill: fc.nat(3),
  });
  /** Gives every word and register a known value. */
  const filling: Inputs[] = [0, 1, 2, 3, 0].map((fill) => ({ run: false, c: [0, 0, 0], d: [fill * 37, 9], fill }));

  async function compareProgram(engine: Engine, program: Program, given: readonly Inputs[]): Promise<void> {
    const circuit = elaborate(programModule(program), {});
    expect(await complaints(circuit)).toBe("");
    let state: State = { r: [0, 5, 0], memory: [0, 0, 0, 0], clocked: 0 };
    for (const step of filling) state = interpret(program, state, step).next;
    const wanted = given.map((step) => {
      const { outputs: seen, next } = interpret(program, state, step);
      state = next;
      return seen;
    });
    const simulation = await startSimulation(engine, designOf(circuit));
    try {
      const results = await simulation.execute([
        { kind: "batch", inputs, rows: filling.map(row), outputs: [] },
        { kind: "batch", inputs, rows: given.map(row), outputs },
      ]);
      const got = given.map((_, i) => results[1].slice(i * outputs.length, (i + 1) * outputs.length).map(Number));
      expect(got).toEqual(wanted);
    } finally {
      await simulation.close();
    }
  }

  it("do in Icarus what an interpreter does that executes them in order", () =>
    fc.assert(
      fc.asyncProperty(programs, fc.array(steps, { minLength: 20, maxLength: 40 }), (program, given) =>
        compareProgram("icarus", program, given),
      ),
      { numRuns: 30, ...sameCircuits.icarus },
    ));

  it("do the same in the process", () =>
    fc.assert(
      fc.asyncProperty(programs, fc.array(steps, { minLength: 40, maxLength: 40 }), (program, given) =>
        compareProgram("wasm", program, given),
      ),
      { numRuns: 30 },
    ));

  it("do the same in Verilator", () =>
    fc.assert(
      fc.asyncProperty(programs, fc.array(steps, { minLength: 40, maxLength: 40 }), (program, given) =>
        compareProgram("verilator", program, given),
      ),
      { numRuns: 2, ...sameCircuits.verilator },
    ));
});

describe.each(constructs)("$name", ({ circuit, inputs, fill = [], outputs, model }) => {
  it("is accepted by every reader in silence", async () => expect(await complaints(circuit())).toBe(""));

  it.each(["wasm", "icarus"])("does on %s what the model does", async (engine) => {
    const ranges = Object.values(inputs).map((width) => fc.nat(2 ** width - 1));
    const rows = fc.sample(fc.tuple(...ranges), { numRuns: 400, seed: 7 });
    const step = model();
    for (const row of fill) step(...row);
    const wanted = rows.map((row) => ({ row, outputs: step(...row) }));
    const simulation = await startSimulation(engine, designOf(circuit()));
    try {
      const names = Object.keys(inputs);
      const [, values] = await simulation.execute([
        { kind: "batch", inputs: names, rows: fill, outputs: [] },
        { kind: "batch", inputs: names, rows, outputs },
      ]);
      const seen = (r: number) => values.slice(r * outputs.length, (r + 1) * outputs.length).map(Number);
      expect(rows.map((row, r) => ({ row, outputs: seen(r) }))).toEqual(wanted);
    } finally {
      await simulation.close();
    }
  });
});
