/** A reset amid a run is one more input that is set, on every engine. */
import { describe, expect, it } from "vitest";
import { bit, defineModule, input, output, stream, uint } from "../hdl/index.ts";
import { holdReset } from "./agents/index.ts";
import { designOf } from "./design.ts";
import { engineNames, startSimulation, verilogEngineNames } from "./engine.ts";
import { startLockstep } from "./lockstep/index.ts";
import type { Command, DesignUnderTest } from "./simulation.ts";
import { testDesign } from "./tasks/index.ts";
import { startVerilator } from "./verilator/index.ts";

/** Counts edges, and offers the count until it is taken. */
const offering = defineModule("offering", (_: Record<never, never>) => ({
  ports: { go: input(bit), q: output(stream(uint(4))), count: output(uint(8)) },
  build({ go, q, count }, m) {
    const edges = m.reg("edges", uint(8), { reset: 1 });
    edges.set(edges.addWrap(1));
    count.set(edges);
    const full = m.reg("full", bit, { reset: false });
    const held = m.reg("held", uint(4));
    m.when(full.not().and(go), () => {
      full.set(true);
      held.set(edges.wrap(4));
    }).elseWhen(full.and(q.ready), () => full.set(false));
    q.valid.set(full);
    q.data.set(held);
  },
}));
const ours = designOf(offering, {});

/** The count with a reset of another name and level. */
const activeLow: DesignUnderTest = {
  top: "counter_n",
  verilog: `module counter_n(input clk, input rst_n, input go, output reg [7:0] count);
  always @(posedge clk) if (!rst_n) count <= 8'd1; else count <= count + 8'd1;
endmodule
`,
  clock: "clk",
  reset: "rst_n",
  resetActiveLow: true,
  ports: [
    { name: "go", direction: "input", width: 1, signed: false },
    { name: "count", direction: "output", width: 8, signed: false },
  ],
};

/** The count after five edges, within the second edge of a reset, and two edges behind it. */
const program = (reset: string, active: 0 | 1): Command[] => [
  { kind: "step", cycles: 5 },
  { kind: "peek", port: "count" },
  { kind: "batch", inputs: [reset], rows: [[active], [active]], outputs: ["count", reset] },
  { kind: "poke", port: reset, value: 1 - active },
  { kind: "step", cycles: 2 },
  { kind: "peek", port: "count" },
];
const meaning = (active: 0 | 1) => [[], [6n], [6n, BigInt(active), 1n, BigInt(active)], [], [], [3n]];

describe("a program sets the reset", () => {
  it.each(engineNames)("on %s", async (engine) => {
    const simulation = await startSimulation(engine, ours);
    expect(await simulation.execute(program("reset", 1))).toEqual(meaning(1));
    expect(simulation.edges).toBe(9);
    await simulation.close();
  });

  it.each(verilogEngineNames)("that is active while low, on %s", async (engine) => {
    const simulation = await startSimulation(engine, activeLow);
    expect(await simulation.execute(program("rst_n", 0))).toEqual(meaning(0));
    await simulation.close();
  });

  it("as a signal within Node", async () => {
    const simulation = await startVerilator(activeLow, { transport: "in-process" });
    const { signals } = simulation;
    if (!signals) throw new Error("no signals");
    signals.step(5);
    signals.in.rst_n = 0;
    signals.step(1);
    expect(signals.out.count).toBe(1);
    signals.in.rst_n = 1;
    signals.step(1);
    expect(signals.out.count).toBe(2);
    await simulation.close();
  });

  it("in lockstep, also where the other design's has another name and level", async () => {
    const ports = ours.ports.filter(({ name }) => name === "go" || name === "count");
    const two: DesignUnderTest = {
      ...activeLow,
      top: "counter",
      verilog: activeLow.verilog.replace("counter_n", "counter").replace("!rst_n", "rst").replace("rst_n", "rst"),
      reset: "rst",
      resetActiveLow: false,
      ports,
    };
    const simulation = await startLockstep(two, ["icarus", { engine: "icarus", design: activeLow }]);
    const commands = program("rst", 1).map((command) =>
      command.kind === "batch" ? { ...command, outputs: ["count"] } : command,
    );
    const expected = meaning(1).map((values, i) => (i === 2 ? [6n, 1n] : values));
    expect(await simulation.execute(commands)).toEqual(expected);
    await simulation.close();
  });
});

it.each(engineNames)("a task holds it, and what was offered may go, on %s", async (engine) => {
  await testDesign(engine, ours, async (task) => {
    task.in.go = true;
    await task.cycles(3);
    task.in.go = false;
    expect(await task.peek("q_valid")).toBe(1n);
    await holdReset(task, "reset");
    expect(await task.peek("q_valid")).toBe(0n);
    expect(await task.peek("count")).toBe(1n);
  });
});
