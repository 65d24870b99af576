import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runningChildren } from "../platform/children.ts";
import { startSimulation, verilogEngineNames } from "./engine.ts";
import { counter, skid } from "./fixtures/designs.ts";
import { failure } from "./fixtures/failure.ts";
import { portTable } from "./program.ts";
import type { DesignUnderTest } from "./simulation.ts";

const nothing: Omit<DesignUnderTest, "verilog"> = {
  top: "odd",
  ports: [
    { name: "go", direction: "input", width: 1, signed: false },
    { name: "q", direction: "output", width: 8, signed: false },
  ],
  clock: "clk",
  reset: "rst",
};
const odd = (body: string): DesignUnderTest => ({
  ...nothing,
  verilog: `module odd(input clk, input rst, input go, output reg [7:0] q);\n${body}\nendmodule\n`,
});

it("refuses a list of ports that Icarus has no room for, rather than drop some", async () => {
  const simulation = await startSimulation("icarus", counter.design);
  const outputs = ["count__now", "int", "rst", "count__now"];
  const error = await failure(simulation.execute([{ kind: "batch", inputs: [], rows: [[]], outputs }]));
  expect(error.details).toMatchObject({ code: "bad-command", expected: "at most 3 ports, each named once" });
  await simulation.close();
});

it("says who drives the clock", async () => {
  const error = await failure((async () => portTable(counter.design).input(counter.design.clock ?? ""))());
  expect(error.details).toMatchObject({ code: "unknown-port", hint: "step makes its edges" });
});

describe.each(verilogEngineNames)("%s", (engine) => {
  it("says which row was never accepted, and ends", async () => {
    const simulation = await startSimulation(engine, skid.design);
    const push = {
      kind: "push",
      valid: "in_valid",
      ready: "in_ready",
      data: ["in_data", "in_tag"],
      rows: [1, 2, 3].map((n) => [n, n]),
      limit: 7,
    } as const;
    const error = await failure(simulation.execute([{ kind: "step", cycles: 1 }, push]));
    expect(error.exitStatus).toBe(1);
    expect(error.details).toMatchObject({
      code: "command-failed",
      message: `${engine}: skid: row 2 was not accepted (command: push 3 rows into in_data, in_tag (limit 7), number 1 of 2)`,
    });
    expect(error.details.hint).toMatch(/^its files lie in .*/);
    expect(existsSync(String(error.details.hint?.replace("its files lie in ", "")))).toBe(true);
    expect(runningChildren()).toEqual([]);
    // Whoever asks again hears the same.
    expect(await failure(simulation.execute([]))).toBe(error);
    await simulation.close();
  });

  it("says that no row and no value came", async () => {
    const waiting = await startSimulation(engine, skid.design);
    const pull = {
      kind: "pull",
      valid: "out_valid",
      ready: "out_ready",
      data: ["out_data"],
      count: 1,
      limit: 3,
    } as const;
    expect((await failure(waiting.execute([pull]))).message).toMatch(/row 0 was not offered/);
    const counting = await startSimulation(engine, counter.design);
    const until = { kind: "until", port: "count__now", value: 1, limit: 3 } as const;
    expect((await failure(counting.execute([until]))).message).toMatch(/the value did not come .*until count__now = 1/);
  });

  it("reports a design that calls $finish, with what it printed", async () => {
    const design = odd('always @(posedge clk) begin q <= 0; if (go) begin $display("goodbye"); $finish; end end');
    const simulation = await startSimulation(engine, design);
    const error = await failure(
      simulation.execute([
        { kind: "poke", port: "go", value: 1 },
        { kind: "step", cycles: 5 },
      ]),
    );
    expect(error.details).toMatchObject({ code: "design-ended", where: "design.v:2" });
    expect(error.details.found).toMatch(/goodbye/);
    expect(error.message).toMatch(/step 5/);
    expect(runningChildren()).toEqual([]);
  });

  it("reports a design that calls $stop", async () => {
    const simulation = await startSimulation(engine, odd("always @(posedge clk) begin q <= 0; if (go) $stop; end"));
    const error = await failure(
      simulation.execute([
        { kind: "poke", port: "go", value: 1 },
        { kind: "step", cycles: 5 },
      ]),
    );
    expect(error.details).toMatchObject({ code: "design-ended", where: "design.v:2" });
    expect(runningChildren()).toEqual([]);
  });

  it("ends a simulation that takes too long", async () => {
    const simulation = await startSimulation(engine, counter.design, { timeoutMs: 300 });
    const error = await failure(
      simulation.execute([{ kind: "until", port: "count__now", value: 1, limit: 4_000_000_000 }]),
    );
    expect(error.details).toMatchObject({ code: "simulator-hung" });
    expect(error.message).toMatch(/no answer within 300 ms/);
    expect(runningChildren()).toEqual([]);
  });

  it("reports a simulator that is killed while it works", async () => {
    const simulation = await startSimulation(engine, counter.design);
    const [pid] = runningChildren();
    const work = failure(simulation.execute([{ kind: "until", port: "count__now", value: 1, limit: 4_000_000_000 }]));
    process.kill(pid, "SIGSEGV");
    const error = await work;
    expect(error.details.code).toBe("simulator-died");
    expect(error.message).toMatch(/SIGSEGV/);
    expect(runningChildren()).toEqual([]);
  });

  it("reports a simulator that is killed while it waits", async () => {
    const simulation = await startSimulation(engine, counter.design);
    const [pid] = runningChildren();
    process.kill(pid, "SIGKILL");
    const error = await failure(simulation.execute([{ kind: "step", cycles: 1 }]));
    expect(error.details.code).toBe("simulator-died");
    expect(error.message).toMatch(/SIGKILL/);
  });

  it("refuses programs that the design cannot run, and lives on", async () => {
    const simulation = await startSimulation(engine, counter.design);
    const run = (...commands: Parameters<typeof simulation.execute>[0]) => failure(simulation.execute(commands));
    const misspelt = await run({ kind: "peek", port: "count_now" });
    expect(misspelt.details).toMatchObject({ code: "unknown-port", hint: "did you mean count__now?" });
    expect((await run({ kind: "poke", port: "count__now", value: 1 })).details.found).toBe("an output");
    expect((await run({ kind: "poke", port: "int", value: 2 })).details.expected).toBe("an unsigned integer of 1 bit");
    expect((await run({ kind: "poke", port: "int", value: -1n })).details.code).toBe("bad-command");
    const row = { kind: "batch", inputs: ["int"], rows: [[1, 1]], outputs: [] } as const;
    expect((await run(row)).details).toMatchObject({ expected: "1 values (int)", found: "2 values" });
    expect(await simulation.execute([{ kind: "peek", port: "count__now" }])).toEqual([[0n]]);
    await simulation.close();
    expect(runningChildren()).toEqual([]);
    expect((await run({ kind: "peek", port: "int" })).message).toMatch(/the simulation was closed/);
  });

  it("reports Verilog that does not compile, with the line", async () => {
    const error = await failure(startSimulation(engine, odd("assign q = nonsense here;")));
    expect(error.exitStatus).toBe(1);
    expect(error.details.code).toBe("build-failed");
    expect(error.details.found).toMatch(/design\.v:2/);
    expect(existsSync(join(String(error.details.where), "design.v"))).toBe(true);
  });

  it("writes waves from reset on, also of an operation that fails", async () => {
    const waves = join(mkdtempSync(join(tmpdir(), "whittle-waves-")), "waves.vcd");
    const simulation = await startSimulation(engine, counter.design, { waves });
    await simulation.execute([
      { kind: "poke", port: "int", value: 1 },
      { kind: "step", cycles: 5 },
    ]);
    await failure(simulation.execute([{ kind: "until", port: "int", value: 0, limit: 3 }]));
    const text = readFileSync(waves, "utf8");
    expect(text).toMatch(/\$var\s+(wire|reg)\s+8 \S+ count__now/);
    expect(text).toMatch(/^b0*110 /m);
    expect(text.match(/^#\d+/gm)?.length).toBeGreaterThan(16);
  });

  it("closes twice without harm, and while it works", async () => {
    const simulation = await startSimulation(engine, counter.design);
    const work = failure(simulation.execute([{ kind: "until", port: "count__now", value: 1, limit: 4_000_000_000 }]));
    await Promise.all([simulation.close(), simulation.close()]);
    expect((await work).message).toMatch(/the simulation was closed/);
    expect(runningChildren()).toEqual([]);
  });
});

describe("icarus alone", () => {
  it("names a port with undefined bits", async () => {
    const simulation = await startSimulation("icarus", odd("always @(posedge clk) if (go) q <= 8'd3;"));
    const error = await failure(simulation.execute([{ kind: "peek", port: "q" }]));
    expect(error.message).toMatch(/port q has undefined bits \(hexadecimal 0*xx\)/);
  });
});

describe("verilator alone", () => {
  it("starts what has no reset with random values, the same for the same seed", async () => {
    const values = await Promise.all(
      [1, 1, 2, 3].map(async (seed) => {
        const simulation = await startSimulation("verilator", odd("always @(posedge clk) if (go) q <= 8'd3;"), {
          seed,
        });
        const [[value]] = await simulation.execute([{ kind: "peek", port: "q" }]);
        await simulation.close();
        return value;
      }),
    );
    expect(values[0]).toBe(values[1]);
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  it("refuses ports that are not as described", async () => {
    const [count] = counter.design.ports.filter(({ direction }) => direction === "output");
    const ports = [...counter.design.ports.slice(0, 1), { ...count, width: 7 }];
    const error = await failure(startSimulation("verilator", { ...counter.design, ports }));
    expect(error.details.code).toBe("ports-differ");
  });
});

it("names the engines that are there", async () => {
  const error = await failure(startSimulation("verilater", counter.design));
  expect(error.exitStatus).toBe(2);
  expect(error.details).toMatchObject({ expected: "one of wasm, verilator, icarus", hint: "did you mean verilator?" });
});
