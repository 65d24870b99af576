import { describe, expect, it } from "vitest";
import { Dice } from "../hdl/fixtures/dice.ts";
import { randomCircuit } from "../hdl/fixtures/random-circuit.ts";
import { Interpreter } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

/** The first difference between the oracle and an engine on a random circuit that starts defined. */
async function difference(engine: string, seed: number, cycles: number): Promise<string | undefined> {
  const circuit = randomCircuit(seed, { defined: true, clocks: 1 });
  const top = circuit.modules[circuit.modules.length - 1];
  const inputs = top.ports.filter((port) => port.direction === "input" && port.role !== "clock");
  const outputs = top.ports.filter((port) => port.direction === "output");
  const dice = new Dice(seed + 2);
  // A reset now and then, amid whatever goes on.
  const rows = Array.from({ length: cycles }, () =>
    inputs.map(({ width, role }) => (role === "reset" ? BigInt(dice.once(8)) : dice.bits(width))),
  );

  const oracle = new Interpreter(circuit);
  oracle.poke("reset", 1n);
  oracle.step(2);
  oracle.poke("reset", 0n);
  const expected = rows.flatMap((row) => {
    row.forEach((value, i) => {
      oracle.poke(inputs[i].name, value);
    });
    const values = outputs.map(({ name, width }) => BigInt.asUintN(width, oracle.peek(name)));
    oracle.step();
    return values;
  });
  const simulation = await startSimulation(engine, designOf(circuit));
  try {
    const [got] = await simulation.execute([
      { kind: "batch", inputs: inputs.map(({ name }) => name), rows, outputs: outputs.map(({ name }) => name) },
    ]);
    const at = got.findIndex((value, i) => value !== expected[i]);
    if (at < 0) return undefined;
    const cycle = Math.floor(at / outputs.length);
    return `seed ${seed}, cycle ${cycle}, ${outputs[at % outputs.length].name}: expected ${expected[at]}, got ${got[at]}`;
  } finally {
    await simulation.close();
  }
}

describe("random circuits, every output in every cycle", () => {
  it.each([
    ["wasm", 100],
    ["icarus", 60],
    ["verilator", 8],
  ] as const)("%s equals the oracle", async (engine, circuits) => {
    for (let seed = 1; seed <= circuits; seed++) expect(await difference(engine, seed, 30)).toBeUndefined();
  });
});
