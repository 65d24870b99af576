import { describe, expect, it } from "vitest";
import { Dice } from "../hdl/fixtures/dice.ts";
import {
  type Pins,
  plain,
  type TemplateParameters,
  templateCircuit,
  templateModel,
} from "../hdl/fixtures/memory-templates.ts";
import { Interpreter } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

const small = { ...plain, depth: 8, width: 12 };
const templates: readonly (readonly [string, TemplateParameters])[] = [
  ...([0, 1, 2] as const).flatMap((latency) =>
    (["old", "new", "undefined"] as const).map(
      (underWrite) => [`latency ${latency}, ${underWrite}`, { ...small, latency, underWrite }] as const,
    ),
  ),
  ["byte lanes, old", { ...small, width: 32, lanes: 4, init: true }],
  ["byte lanes, new", { ...small, width: 32, lanes: 4, underWrite: "new", init: true }],
  ["bit lanes", { ...small, width: 5, lanes: 5, init: true }],
  ["one lane", { ...small, lanes: 1 }],
  ["initial words", { ...small, init: true }],
  ["a depth that is no power of two", { ...small, depth: 6, init: true }],
  ["ROM", { ...small, init: true, writes: 0 }],
  ["two reads", { ...small, reads: 2, underWrite: "new" }],
  ["two writes and two reads", { ...small, reads: 2, writes: 2, underWrite: "new", init: true }],
  ["two ports that read and write", { ...small, reads: 2, writes: 2, shared: true, init: true }],
  ["the same, new", { ...small, reads: 2, writes: 2, shared: true, underWrite: "new", init: true }],
  ["always enabled", { ...small, enable: false, latency: 2 }],
  ["wide lanes, new", { ...small, width: 96, lanes: 3, underWrite: "new", init: true }],
];

/** Random traffic with many equal addresses; two writes never meet in one word. */
function traffic(p: TemplateParameters, inputs: readonly { name: string; width: number }[], cycles: number): Pins[] {
  const dice = new Dice(p.depth + p.width + p.lanes);
  return Array.from({ length: cycles }, () => {
    const pins = Object.fromEntries(
      inputs.map(({ name, width }) => [
        name,
        name.endsWith("Address") ? dice.below(p.depth) : dice.below(2 ** Math.min(width, 30)),
      ]),
    );
    const kind = p.shared ? "readAddress" : "writeAddress";
    if (p.writes === 2 && pins[`a_${kind}`] === pins[`b_${kind}`]) pins.b_writeEnable = 0;
    return pins;
  });
}

describe.each(templates)("memory with %s", (_, p) => {
  const circuit = templateCircuit(p);
  const design = designOf(circuit);
  const inputs = design.ports.filter(({ direction }) => direction === "input");
  const outputs = design.ports.filter(({ direction }) => direction === "output");
  const rows = traffic(p, inputs, 300);
  const model = templateModel(p);
  const expected = rows.map(model);

  const differences = (got: readonly bigint[]) =>
    expected.flatMap((words, cycle) =>
      outputs.flatMap(({ name }, i) => {
        const value = got[cycle * outputs.length + i];
        return words[name] === undefined || BigInt(words[name]) === value ? [] : [{ cycle, name, value }];
      }),
    );

  it("is what its description says, in the oracle", () => {
    const oracle = new Interpreter(circuit);
    const got = rows.flatMap((pins) => {
      for (const { name } of inputs) oracle.poke(name, BigInt(pins[name]));
      const values = outputs.map(({ name }) => oracle.peek(name));
      oracle.step();
      return values;
    });
    expect(differences(got)).toEqual([]);
    expect(expected.flatMap((words) => Object.keys(words)).length).toBeGreaterThan(100);
  });

  it.each(["wasm", "verilator"])("and in %s", async (engine) => {
    const simulation = await startSimulation(engine, design);
    try {
      const [got] = await simulation.execute([
        {
          kind: "batch",
          inputs: inputs.map(({ name }) => name),
          rows: rows.map((pins) => inputs.map(({ name }) => pins[name])),
          outputs: outputs.map(({ name }) => name),
        },
      ]);
      expect(differences(got)).toEqual([]);
    } finally {
      await simulation.close();
    }
  });
});
