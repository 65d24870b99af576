import { describe, expect, it } from "vitest";
import { refuseMixedDomains } from "../hdl/domains.ts";
import { countOperators } from "../hdl/fixtures/random-circuit.ts";
import { refuseLoops } from "../hdl/loops.ts";
import { verifyCircuit } from "../hdl/verify.ts";
import { itemValues, pushOperands } from "../hdl/walk.ts";
import { type FuzzCase, makeCase } from "./case.ts";
import { fuzzEngines } from "./engines/index.ts";
import { runOracle } from "./engines/ours.ts";
import { runVerilator } from "./engines/verilator.ts";
import { fuzz } from "./run.ts";

describe("random circuits", () => {
  const circuits = Array.from({ length: 300 }, (_, seed) => makeCase(seed + 1, 1).circuit);

  it("are whole, without loops, and keep clock domains apart", () => {
    for (const circuit of circuits) refuseMixedDomains(refuseLoops(verifyCircuit(circuit)));
  });

  it("have 30 operators and more on average", () => {
    const count = circuits.reduce((sum, circuit) => sum + countOperators(circuit), 0);
    expect(count / circuits.length).toBeGreaterThan(30);
  });

  it("meet every kind of node", () => {
    const found = new Set<string>();
    for (const { modules } of circuits) {
      found.add(`${modules.at(-1)?.ports.filter(({ role }) => role === "clock").length} clocks`);
      for (const { items, external } of modules) {
        if (external) found.add("black box");
        const pending = items.flatMap(itemValues);
        for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
          found.add("operator" in e ? e.operator : e.kind);
          if (e.kind === "const" && e.symbol) found.add("symbol");
          pushOperands(e, pending);
        }
        for (const item of items) {
          found.add(item.kind === "property" ? item.property : item.kind);
          if (item.kind === "memRead") found.add(`latency ${item.latency}, ${item.underWrite}`);
          if (item.kind === "memWrite" && item.mask) found.add("mask");
          if (item.kind === "mem" && item.init) found.add("init");
          if (item.kind === "reg" && item.crossing) found.add("crossing");
        }
      }
    }
    expect([...found].sort()).toMatchInlineSnapshot(`
      [
        "1 clocks",
        "2 clocks",
        "3 clocks",
        "add",
        "and",
        "assert",
        "assume",
        "black box",
        "cast",
        "cat",
        "const",
        "cover",
        "crossing",
        "eq",
        "extend",
        "index",
        "init",
        "inst",
        "latency 0, old",
        "latency 1, new",
        "latency 1, old",
        "latency 1, undefined",
        "le",
        "lt",
        "mask",
        "mem",
        "memRead",
        "memWrite",
        "mul",
        "mux",
        "ne",
        "not",
        "or",
        "reduceAnd",
        "reduceOr",
        "reduceXor",
        "ref",
        "reg",
        "slice",
        "sub",
        "symbol",
        "wire",
        "xor",
      ]
    `);
  });
});

describe("fuzzing", () => {
  it("finds the same on every engine", async () => {
    const circuits = 150;
    const named = { icarus: 12, verilator: 12, "yosys/gates": 2, "yosys/ice40": 1 };
    const usual = fuzzEngines.map(({ name, oneOf }) => [name, Math.ceil(circuits / oneOf)] as const);
    const counts = { ...Object.fromEntries(usual), ...named };
    // These circuits are the same in every run.
    const keeping = (cases: readonly FuzzCase[]) => runVerilator(cases, { keep: true });
    const engines = fuzzEngines.map((engine) => (engine.name === "verilator" ? { ...engine, run: keeping } : engine));
    const { mismatches, ran } = await fuzz({ seed: 1, circuits, cycles: 30, counts, engines });
    expect(mismatches.map(({ engine, fuzzCase }) => [engine.name, fuzzCase.seed])).toEqual([]);
    for (const [name, count] of Object.entries(counts)) expect(ran.get(name)?.circuits).toBe(count);
    expect(ran.get("wasm")?.circuits).toBe(150);
  });

  it("gives an engine that is named as many circuits as are asked for, whatever its share and what it takes", async () => {
    const [yosys] = fuzzEngines.filter(({ name }) => name === "yosys/ice40");
    const seen: number[] = [];
    const run = async (cases: readonly FuzzCase[]) => {
      seen.push(cases.length);
      return cases.map((fuzzCase) => runOracle(fuzzCase));
    };
    const engine = { ...yosys, run };
    const { mismatches, ran } = await fuzz({ seed: 1, circuits: 12, cycles: 3, engines: [engine] });
    expect(mismatches).toEqual([]);
    expect(seen).toEqual([5, 5, 2]);
    expect(ran.get("yosys/ice40")?.circuits).toBe(12);
    expect(ran.get("yosys/ice40")?.operators).toBeGreaterThan(1);
  });

  it("runs a circuit the same way for the same seed", () => {
    expect(runOracle(makeCase(77, 20))).toEqual(runOracle(makeCase(77, 20)));
    expect(runOracle(makeCase(77, 20))).not.toEqual(runOracle(makeCase(78, 20)));
  });
});
