import { afterEach, describe, expect, it, vi } from "vitest";
import { Dice } from "../fixtures/dice.ts";
import { randomCircuit } from "../fixtures/random-circuit.ts";
import { Simulator } from "./simulator.ts";

/** Drives one simulator by properties and one by name; both must see the same on every port. */
function sameByPropertyAndByName(seed: number): void {
  const circuit = randomCircuit(seed, { defined: true, clocks: 1 });
  const [byProperty, byName] = [new Simulator(circuit), new Simulator(circuit)];
  const dice = new Dice(seed);
  for (let cycle = 0; cycle < 10; cycle++) {
    for (const port of Object.keys(byProperty.in)) {
      const value = dice.bits(200);
      byProperty.in[port] = dice.below(2) === 0 ? value : Number(BigInt.asIntN(32, value));
      byName.poke(port, byProperty.in[port]);
    }
    const values = Object.entries(byProperty.out).map(([port, value]) => [port, value]);
    expect(values).toEqual(values.map(([port]) => [port, byName.peek(port as string)]));
    byProperty.step();
    byName.step();
  }
  expect([byProperty.edges, byName.edges]).toEqual([10, 10]);
}

describe("ports as properties", () => {
  afterEach(() => void vi.unstubAllGlobals());
  const seeds = Array.from({ length: 30 }, (_, i) => i);

  it("give and take what peek and poke do", () => {
    for (const seed of seeds) sameByPropertyAndByName(seed);
  });

  it("do so where source text may not be compiled", () => {
    vi.stubGlobal("Function", function refuse() {
      throw new EvalError("Refused to evaluate a string as JavaScript");
    });
    for (const seed of seeds) sameByPropertyAndByName(seed);
  });

  it("of outputs cannot be set", () => {
    const circuit = randomCircuit(1, { defined: true });
    const simulator = new Simulator(circuit);
    const [output] = Object.keys(Object.getPrototypeOf(simulator.out)).filter((port) => !(port in simulator.in));
    expect(() => simulator.poke(output, 1)).toThrow(`"${output}" is an output`);
    expect(() => {
      (simulator.out as Record<string, number>)[output] = 1;
    }).toThrow(TypeError);
  });
});
