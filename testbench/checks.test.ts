/** The checks of a design end a run on every engine in the same words. */
import { describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, emitVerilog, input, output, stream, uint } from "../hdl/index.ts";
import { UserError } from "../sw-model/errors.ts";
import { designOf } from "./design.ts";
import { engineNames, type SimulationOptions, startSimulation } from "./engine.ts";
import type { Command, DesignUnderTest } from "./simulation.ts";
import { startVerilator } from "./verilator/index.ts";

type Fault = "takes back" | "changes" | "none";

/** Offers a count, and breaks a rule at its third word. Its reset is the top's. */
const counting = defineModule("counting", ({ fault }: { fault: Fault }) => ({
  ports: { q: output(stream(uint(4))) },
  build({ q }, m) {
    const count = m.reg("count", uint(4), { reset: 0 });
    count.set(count.addWrap(1));
    q.valid.set(fault === "takes back" ? count.eq(2) : count.ge(2));
    q.data.set(fault === "changes" ? count : 3);
  },
}));

/** The faulty stream inside, beside one from the test bench. */
const around = defineModule("around", (parameters: { fault: Fault }) => ({
  ports: { a: input(stream(uint(4))), q: output(stream(uint(4))), taken: output(bit) },
  build({ a, q, taken }, m) {
    const inner = m.inst("inner", counting, parameters, {});
    q.valid.set(inner.q.valid);
    q.data.set(inner.q.data);
    inner.q.ready.set(q.ready);
    a.ready.set(q.ready);
    taken.set(a.valid.and(a.ready).and(a.data.eq(7)));
  },
}));

/** Without reset: checked from power-up. */
const plain = defineModule("plain", (_: Record<never, never>) => ({
  ports: { q: output(stream(uint(4))), open: input(bit), last: output(bit) },
  build({ q, open, last }, m) {
    const earlier = m.reg("earlier", bit);
    earlier.set(open);
    last.set(earlier);
    q.valid.set(open);
    q.data.set(5);
  },
}));

/** An assertion of its own. */
const bounded = defineModule("bounded", (_: Record<never, never>) => ({
  ports: { up: input(bit), count: output(uint(3)) },
  build({ up, count }, m) {
    const now = m.reg("now", uint(3), { reset: 0 });
    m.when(up, () => now.set(now.addWrap(1)));
    m.assert("below_five", now.lt(5));
    count.set(now);
  },
}));

async function ending(
  engine: string,
  design: DesignUnderTest,
  program: readonly Command[],
  options?: SimulationOptions,
) {
  const simulation = await startSimulation(engine, design, options);
  try {
    await simulation.execute(program);
    return "no error";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...error.details, status: error.exitStatus };
  } finally {
    await simulation.close();
  }
}

const step = (cycles: number): Command => ({ kind: "step", cycles });
const poke = (port: string, value: number): Command => ({ kind: "poke", port, value });

/** What the wasm engine says, which every other must say too. */
async function same(design: DesignUnderTest, program: readonly Command[]) {
  const [wasm, ...others] = await Promise.all(engineNames.map((engine) => ending(engine, design, program)));
  for (const other of others) expect(other).toEqual(wasm);
  expect(others.length).toBeGreaterThan(1);
  return typeof wasm === "string" ? wasm : wasm.message;
}

describe("a stream that breaks its protocol ends the run on every engine", () => {
  it.each([
    ["takes back" as const, 'The assertion "inner.q_valid_stays" did not hold at edge 6.'],
    ["changes" as const, 'The assertion "inner.q_data_stays" did not hold at edge 6.'],
  ])("where the design %s what it offers", async (fault, message) => {
    expect(await same(designOf(elaborate(around, { fault })), [step(2), step(5)])).toBe(message);
  });

  it("where the test bench takes back what it offers", async () => {
    const design = designOf(elaborate(around, { fault: "none" }));
    const program = [poke("a_valid", 1), poke("a_data", 7), step(3), poke("a_valid", 0), step(1)];
    expect(await same(design, program)).toBe('The assumption "a_valid_stays" did not hold at edge 6.');
  });

  it("in a batch, from power-up on, in a design without reset", async () => {
    const rows = [[0], [1], [1], [0], [0]];
    const batch: Command = { kind: "batch", inputs: ["open"], rows, outputs: ["q_data"] };
    expect(await same(designOf(elaborate(plain, {})), [batch])).toBe(
      'The assertion "q_valid_stays" did not hold at edge 4.',
    );
  });

  it("as does an assertion of the design", async () => {
    const program: Command[] = [poke("up", 1), { kind: "until", port: "count", value: 7, limit: 20 }];
    expect(await same(designOf(elaborate(bounded, {})), program)).toBe(
      'The assertion "below_five" did not hold at edge 8.',
    );
  });

  it("also in this process, where a step is a call", async () => {
    const design = designOf(elaborate(around, { fault: "takes back" }));
    const simulation = await startVerilator(design, { transport: "in-process" });
    expect(() => simulation.signals?.step(7)).toThrow('The assertion "inner.q_valid_stays" did not hold at edge 6.');
    await simulation.close();
  });
});

it.each(engineNames)("a design that keeps the rules runs through on %s", async (engine) => {
  const design = designOf(elaborate(around, { fault: "none" }));
  expect(await ending(engine, design, [step(12)])).toBe("no error");
});

it.each(engineNames)("without checks nothing ends on %s", async (engine) => {
  const design = designOf(elaborate(around, { fault: "takes back" }));
  expect(await ending(engine, design, [step(20)], { checks: false })).toBe("no error");
});

it("Verilog for proofs and synthesis holds no such checks", () => {
  const circuit = elaborate(around, { fault: "none" });
  expect(emitVerilog(circuit).text).not.toMatch(/WHITTLE_CHECKS|stays/);
  expect(designOf(circuit).verilog).toMatch(/`ifdef WHITTLE_CHECKS[\s\S]*inner/);
});

/** Assertions that begin with a complement, of one operand and of two. */
const apart = defineModule("apart", (_: Record<never, never>) => ({
  ports: { a: input(bit), b: input(bit), both: output(bit) },
  build({ a, b, both }, m) {
    const seen = m.reg("seen", bit, { reset: false });
    seen.set(a);
    m.assert("never_both", seen.and(b).not());
    m.when(a.not(), () => m.assert("never_either", seen.or(b).not()));
    both.set(seen.and(b));
  },
}));

it.each(["wasm", "icarus"])("an assertion that begins with a complement is checked, on %s", async (engine) => {
  const program = [poke("a", 1), step(2), poke("b", 1), step(1)];
  const broken = await ending(engine, designOf(elaborate(apart, {})), program);
  expect(broken).toMatchObject({ message: expect.stringContaining("never_both") });
});
