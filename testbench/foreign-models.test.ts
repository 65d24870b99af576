import { describe, expect, it } from "vitest";
import { defineExternal, defineModule, elaborate, emitVerilog, input, output, uint } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

/** A cell of some library: y = a + STEP a clock later. */
const stepper = defineExternal("stepper", ({ step }: { step: number }) => ({
  ports: { a: input(uint(8)), y: output(uint(8)) },
  verilog: {
    module: "STEPPER_CELL",
    parameters: { STEP: step, KIND: "plain" },
    pins: { clock: "CK", reset: "RST", a: "A", y: "Y" },
  },
  model(io, m) {
    const held = m.reg("held", uint(8), { reset: 0 });
    held.set(io.a.add(step).wrap(8));
    io.y.set(held);
  },
}));

const both = defineModule("both", (_: Record<never, never>) => ({
  ports: { a: input(uint(8)), first: output(uint(8)), second: output(uint(8)), third: output(uint(8)) },
  build(io, m) {
    io.first.set(m.inst("by_one", stepper, { step: 1 }, { a: io.a }).y);
    io.second.set(m.inst("by_ten", stepper, { step: 10 }, { a: io.a }).y);
    io.third.set(m.inst("again", stepper, { step: 1 }, { a: io.a }).y);
  },
}));

it("a cell that the Verilog only instantiates simulates by its model, whatever parameters each instance sets", async () => {
  const circuit = elaborate(both, {});
  const emitted = emitVerilog(circuit);
  expect(emitted.text).not.toContain("module STEPPER_CELL");
  expect(emitted.foreign).toEqual([]);
  const models = emitted.foreignModels;
  expect(models.map(({ name }) => name)).toEqual(["STEPPER_CELL", "stepper_step1", "stepper_step10"]);
  for (const { name, text } of models) expect(text.match(/^module \w+/gm)).toEqual([`module ${name}`]);
  const model = models.map(({ text }) => text).join("\n");
  const text = `${emitted.text}\n${model}`;
  const simulation = await startSimulation("icarus", designOf(circuit, { ...emitted, text }));
  try {
    const outputs = ["first", "second", "third"];
    const rows = [[200n], [255n], [0n]];
    const [seen] = await simulation.execute([{ kind: "batch", inputs: ["a"], rows, outputs }]);
    expect(seen).toEqual([0n, 0n, 0n, 201n, 210n, 201n, 0n, 9n, 0n]);
  } finally {
    await simulation.close();
  }
});

/** Two boxes of one foreign module, with these parameters; `width` is that of the second one. */
function pair(first: Record<string, number>, second: Record<string, number>, width = 8) {
  const box = (name: string, parameters: Record<string, number>, bits: number) =>
    defineExternal(name, (_: Record<never, never>) => ({
      ports: { a: input(uint(bits)), y: output(uint(bits)) },
      verilog: { module: "BOX", parameters },
      model: (io) => void io.y.set(io.a.add(Object.values(parameters).length).wrap(bits)),
    }));
  const one = box("one_box", first, 8);
  const other = box("other_box", second, width);
  return elaborate(
    defineModule("pair", (_: Record<never, never>) => ({
      ports: { a: input(uint(8)), b: input(uint(width)), x: output(uint(8)), y: output(uint(width)) },
      build(io, m) {
        io.x.set(m.inst("one", one, {}, { a: io.a }).y);
        io.y.set(m.inst("other", other, {}, { a: io.b }).y);
      },
    })),
    {},
  );
}

describe("where no parameter says which model an instance takes, a comment says so", () => {
  it.each([
    ["a parameter left to its default", pair({ A: 1 }, { A: 1, B: 5 }), "leave a parameter to its default"],
    ["no parameters on one side", pair({}, { K: 5 }), "leave a parameter to its default"],
    ["no parameters at all", pair({}, {}), "the same parameters"],
    ["other widths", pair({ W: 8 }, { W: 4 }, 4), "differ in their ports"],
  ])("%s", (_, circuit, reason) => {
    const [{ name, text }] = emitVerilog(circuit).foreignModels;
    expect(name).toBe("BOX");
    expect(text).toContain(reason);
    expect(text).toMatch(/^\/\/ [^\n]*\n$/);
  });
});
