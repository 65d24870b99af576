import { expect, it } from "vitest";
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
  const [{ name, text: model }] = emitted.foreignModels;
  expect(name).toBe("STEPPER_CELL");
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
