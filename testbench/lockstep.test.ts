import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, input, output, uint } from "../hdl/index.ts";
import { runningChildren } from "../platform/children.ts";
import { designOf } from "./design.ts";
import { fixtures, skid, wideAdder } from "./fixtures/designs.ts";
import { failure } from "./fixtures/failure.ts";
import { randomSessions } from "./fixtures/programs.ts";
import { ReferenceSimulation } from "./fixtures/reference.ts";
import { EnginesDiffer, type LockstepSide, startLockstep } from "./lockstep/index.ts";
import type { Command, DesignUnderTest } from "./simulation.ts";

const inProcess: LockstepSide = { engine: "verilator", options: { transport: "in-process" } };

describe.each(Object.entries(fixtures))("%s", (_, fixture) => {
  it("gives what the commands mean", async () => {
    await fc.assert(
      fc.asyncProperty(randomSessions(fixture), async (programs) => {
        const simulation = await startLockstep(fixture.design, [inProcess, "icarus"]);
        try {
          const reference = new ReferenceSimulation(fixture);
          for (const program of programs) {
            expect(await simulation.execute(program)).toEqual(reference.execute(program));
            expect(simulation.edges).toBe(reference.edges);
          }
        } finally {
          await simulation.close();
        }
      }),
      { numRuns: 3 },
    );
  });
});

/** Adds up what it is given; the broken one skips an addition when the sum has just become `at`. */
const adder = defineModule("adder", (p: { broken: boolean; at: number }) => ({
  ports: { a: input(uint(4)), en: input(bit), sum: output(uint(8)), twice: output(uint(9)) },
  build({ a, en, sum, twice }, m) {
    const total = m.reg("total", uint(8), { reset: 0 });
    const go = p.broken ? en.and(total.eq(p.at).not()) : en;
    m.when(go, () => total.set(total.add(a).wrap(8)));
    sum.set(total);
    twice.set(total.add(total));
  },
}));
const good = designOf(elaborate(adder, { broken: false, at: 0 }));

describe("a difference", () => {
  it("is reported in the cycle in which it first shows, in every way to get there", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom("batch", "step", "single", "until"),
        async (at, way) => {
          const bad = designOf(elaborate(adder, { broken: true, at }));
          const simulation = await startLockstep(good, ["wasm", { engine: "wasm", design: bad }]);
          const on: Command[] = [
            { kind: "poke", port: "a", value: 1 },
            { kind: "poke", port: "en", value: 1 },
          ];
          const ways: Record<typeof way, Command[]> = {
            batch: [{ kind: "batch", inputs: ["a", "en"], rows: Array(20).fill([1, 1]), outputs: [] }],
            step: [...on, { kind: "step", cycles: 9000 }],
            single: [...on, ...Array(20).fill({ kind: "step", cycles: 1 })],
            until: [...on, { kind: "until", port: "sum", value: 30, limit: 100 }],
          };
          // The sum is `at` in cycle `at`, so the edge after that is the first that does nothing.
          const error = await failure(simulation.execute(ways[way]));
          expect(error).toBeInstanceOf(EnginesDiffer);
          expect((error as EnginesDiffer).divergence).toEqual({
            port: "sum",
            cycle: at + 1,
            values: [BigInt(at + 1), BigInt(at)],
            engines: ["wasm", "wasm"],
          });
          expect(await failure(simulation.execute([]))).toBe(error);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is found in ports that no command reads, and names engines and command", async () => {
    const bad: DesignUnderTest = {
      ...skid.design,
      verilog: skid.design.verilog.replace("assign in_ready = held != 2'd2", "assign in_ready = held == 2'd0"),
    };
    const simulation = await startLockstep(skid.design, [inProcess, { engine: "icarus", design: bad }]);
    const push: Command = {
      ...{ kind: "push", valid: "in_valid", ready: "in_ready", data: ["in_data", "in_tag"] },
      ...{ rows: [[5, 6]], limit: 7 },
    };
    const error = await failure(simulation.execute([{ kind: "step", cycles: 3 }, push]));
    expect(error.exitStatus).toBe(1);
    expect(error.details).toMatchObject({
      code: "engines-differ",
      message:
        "skid: port in_ready differs in cycle 4: 1 (0x1) on verilator, 0 (0x0) on icarus (command: push 1 rows into in_data, in_tag (limit 7), number 1 of 2)",
      where: "skid.in_ready, cycle 4",
      expected: "1 (0x1) on verilator",
      found: "0 (0x0) on icarus",
    });
    expect(runningChildren()).toEqual([]);
  });

  it("does not count in ports that were left out", async () => {
    const bad: DesignUnderTest = {
      ...wideAdder.design,
      verilog: wideAdder.design.verilog.replace("^{a, b}", "~^{a, b}"),
    };
    const sides = [inProcess, { engine: "icarus", design: bad }] as const;
    const simulation = await startLockstep(wideAdder.design, sides, { compare: ["sum"] });
    const row: Command = { kind: "batch", inputs: ["a", "b"], rows: [[3, 4]], outputs: ["sum"] };
    expect(await simulation.execute([row, { kind: "peek", port: "sum" }])).toEqual([[0n], [7n]]);
    const error = await failure(simulation.execute([{ kind: "peek", port: "parity" }]));
    expect(error).toMatchObject({ divergence: { port: "parity", cycle: 1, values: [1n, 0n] } });
  });
});

describe("lockstep", () => {
  it("fails as one engine would when a limit is met, and leaves nothing behind", async () => {
    const simulation = await startLockstep(skid.design, [inProcess, "icarus"]);
    const pull: Command = {
      ...{ kind: "pull", valid: "out_valid", ready: "out_ready", data: ["out_data"] },
      ...{ count: 1, limit: 3 },
    };
    const error = await failure(simulation.execute([pull]));
    expect(error.details).toMatchObject({ code: "command-failed", found: "row 0 was not offered, on both engines" });
    expect(runningChildren()).toEqual([]);
  });

  it("refuses designs with other ports, unknown ports, and Verilog on the wasm engine", async () => {
    const other = startLockstep(skid.design, ["icarus", { engine: "icarus", design: wideAdder.design }]);
    expect((await failure(other)).details).toMatchObject({ code: "ports-differ", where: "wide_adder" });
    const unknown = startLockstep(skid.design, ["icarus", "verilator"], { compare: ["in_redy"] });
    expect((await failure(unknown)).details).toMatchObject({
      code: "unknown-port",
      hint: "did you mean in_ready?",
    });
    expect((await failure(startLockstep(skid.design, ["icarus", "wasm"]))).details.code).toBe("no-circuit");
    expect(runningChildren()).toEqual([]);
  });
});
