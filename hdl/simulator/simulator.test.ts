import { describe, expect, it } from "vitest";
import { chained } from "../fixtures/chained.ts";
import { Dice } from "../fixtures/dice.ts";
import { powerUpBits } from "../fixtures/power-up.ts";
import { randomCircuit } from "../fixtures/random-circuit.ts";
import type { Circuit, Item, Module } from "../ir.ts";
import { verifyCircuit } from "../verify.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { Interpreter } from "./interpreter.ts";
import { Simulator, type SimulatorOptions } from "./simulator.ts";

/** The first difference between oracle and compiled simulator over some cycles, if any. */
function difference(
  circuit: Circuit,
  seed: number,
  cycles: number,
  options: SimulatorOptions = {},
): string | undefined {
  const oracle = new Interpreter(hoistCircuit(circuit), powerUpBits);
  const compiled = new Simulator(circuit, { ...options, initial: powerUpBits });
  const stimulus = new Dice(seed + 2);
  const top = circuit.modules[circuit.modules.length - 1];
  const inputs = top.ports.filter((port) => port.direction === "input" && port.role !== "clock");
  const outputs = top.ports.filter((port) => port.direction === "output");
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { name, width, role } of inputs) {
      const value = role === "reset" ? BigInt(stimulus.below(10) === 0 ? 1 : 0) : stimulus.bits(width);
      oracle.poke(name, value);
      compiled.poke(name, value);
    }
    for (const { name } of outputs) {
      const [expected, got] = [oracle.peek(name), BigInt(compiled.peek(name))];
      if (expected !== got) return `seed ${seed}, cycle ${cycle}, ${name}: expected ${expected}, got ${got}`;
    }
    const edges = 1 + stimulus.below(2);
    oracle.step(edges);
    compiled.step(edges);
  }
  return undefined;
}

describe("the compiled simulator", () => {
  it("equals the bigint oracle on random circuits, every output in every cycle", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const circuit = verifyCircuit(randomCircuit(seed));
      expect(difference(circuit, seed, 40)).toBeUndefined();
    }
  });

  const everyInstance = { leastInstances: 1, leastState: 0 };
  it.each<SimulatorOptions>([
    { keepAll: true },
    { limits: { unitsPerFunction: 5 } },
    { limits: everyInstance },
    { limits: { ...everyInstance, unitsPerFunction: 3 } },
    { limits: everyInstance, keepAll: true },
  ])("does so with %j", (options) => {
    for (let seed = 1001; seed <= 1100; seed++) {
      expect(difference(randomCircuit(seed), seed, 20, options)).toBeUndefined();
    }
  });

  it.each<SimulatorOptions>([
    { limits: { leastState: 1 } },
    { limits: { leastState: 1, unitsPerFunction: 4 } },
    { limits: { leastState: 1 }, keepAll: true },
  ])("runs equal instances by shared functions, with %j", (options) => {
    for (let seed = 2001; seed <= 2050; seed++) {
      const circuit = verifyCircuit(chained(randomCircuit(seed, { clocks: 1 }), 5));
      expect(difference(circuit, seed, 20, options)).toBeUndefined();
    }
  });

  it.each([1, 3])("knows the clocks of a circuit of %i", (clocks) => {
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    for (const seed of seeds) {
      const circuit = randomCircuit(seed, { defined: true, clocks });
      const simulator = new Simulator(circuit);
      const top = circuit.modules[circuit.modules.length - 1];
      const names = top.ports.filter(({ role }) => role === "clock").map(({ name }) => name);
      expect(() => simulator.step(1, ["clok"])).toThrow('There is no clock "clok"');
      simulator.step(1, []);
      expect(simulator.edges).toBe(0);
      for (const name of names) simulator.step(1, [name]);
      expect(simulator.edges).toBe(names.length);
    }
  });

  it("names the nets of a combinational loop", () => {
    const [module] = randomCircuit(1, { defined: true, clocks: 1 }).modules.slice(-1);
    const at = module.at;
    const loop = (name: string, reads: string): Item => ({
      kind: "wire",
      name,
      output: false,
      width: 1,
      signed: false,
      value: { kind: "ref", name: reads, width: 1, signed: false, at },
      at,
    });
    const output = { name: "q", direction: "output", role: "data", width: 1, signed: false, at } as const;
    const drive: Item = { ...(loop("q", "a") as Extract<Item, { kind: "wire" }>), output: true };
    const looping: Module = {
      name: "loop",
      summary: "",
      ports: [output],
      items: [loop("a", "b"), loop("b", "a"), drive],
      streams: [],
      at,
    };
    expect(() => new Simulator({ top: "loop", modules: [looping] })).toThrow("a <- b <- a");
  });
});
