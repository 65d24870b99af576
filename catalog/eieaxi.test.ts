import { transpileModule } from "typescript";
import { describe, expect, it } from "vitest";
import { registerAccessor } from "../generators/common/register-accessor.ts";
import { eieRegisters } from "../generators/eie/axi-registers.ts";
import { loadSpaces } from "../generators/eie/geometry.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { storedMatrix } from "../sw-model/eie/fill.ts";
import { goldenEie } from "../sw-model/eie/golden.ts";
import { eieAxiSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { designOf } from "../testbench/design.ts";
import { EieAxiHost } from "../testbench/drivers/eie-axi-host.ts";
import { refused } from "../testbench/drivers/eie-axi-limits.ts";
import { perform, told } from "../testbench/drivers/exchange.ts";
import type { LimitCase } from "../testbench/drivers/limit-case.ts";
import { RegisterAccess } from "../testbench/drivers/register-access.ts";
import { startSimulation } from "../testbench/engine.ts";
import { casesOf } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { check } from "./check.ts";
import { eieAxiGenerator } from "./eieaxi.ts";
import { startGenerator } from "./execute.ts";

const given = (sets: readonly string[]) => resolveParameters(eieAxiSpec, { sets });

describe("the array behind AXI equals its golden model, with both streams hesitating too", () => {
  it.each([
    ["wasm", 30, ["pes=1", "layers=1", "codebooks=1", "counters=false"]],
    [
      "wasm",
      30,
      ["pes=3", "balance=true", "layers=3", "codebooks=3", "activationBits=9", "columnDepth=70", "counterBits=5"],
    ],
    ["wasm", 20, ["pes=5", "entriesPerWord=1", "codebookBits=20", "vectorDepth=92", "activationBanks=4"]],
    ["icarus", 3, ["pes=2", "balance=true"]],
  ])("on %s, %i cases: %s", async (engine, cases, sets) => {
    const report = await check(eieAxiGenerator, given(sets), { engine, cases, seed: 8, reproduce: "" });
    expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
  });
});

const parameters = eieAxiGenerator.cases.parameters(
  given(["pes=3", "layers=5", "activationBanks=2"]).parameters,
  new Set(),
);
const registers = new RegisterAccess(eieRegisters(parameters));
const operations = casesOf(eieAxiGenerator.cases, parameters, 6).map(({ operation }) => operation);
/** An operation of several rows whose results are not all 0. */
const operation =
  operations.find((one) => one.rows > 6 && goldenEie(parameters, one).y.some((y) => y !== 0)) ?? operations[0];

async function computed(simulation: Simulation): Promise<number[]> {
  const { result } = await eieAxiGenerator.drive(simulation, parameters, operation);
  return result.y;
}

/** Writes registers one after another; what the last one is answered. */
async function answer(simulation: Simulation, writes: readonly (readonly [string, Record<string, number>])[]) {
  const replies = await simulation.execute(writes.map(([name, fields]) => registers.write(name, fields)));
  return Number(replies[replies.length - 1][1]);
}

async function statusOf(simulation: Simulation): Promise<number> {
  const [values] = await simulation.execute([registers.read("STATUS")]);
  return Number(values[values.length - 1]);
}

describe.each(["wasm", "icarus"])(
  "a command that cannot be carried out is answered with SLVERR and changes nothing, on %s",
  (engine) => {
    const never: LimitCase = {
      name: "a run of a layer that was never stored",
      writes: [
        ["RANGE", { firstLayer: 0, lastLayer: 1 }],
        ["RUN", { run: 1 }],
      ],
    };
    it.each([never, ...refused(parameters)])("$name", async ({ writes }) => {
      const simulation = await startGenerator(eieAxiGenerator, { ...parameters }, engine);
      const golden = goldenEie(parameters, operation).y;
      expect(await computed(simulation)).toEqual(golden);
      expect(await answer(simulation, writes)).toBe(2);
      expect(await statusOf(simulation)).toBe(0b0101);
      const [y] = await perform(simulation, [new EieAxiHost(parameters).read(operation.rows)]);
      expect(y).toEqual(golden);
      await simulation.close();
    });

    it("any command while one is carried out, or amid a packet", async () => {
      const simulation = await startGenerator(eieAxiGenerator, { ...parameters }, engine);
      const host = new EieAxiHost(parameters);
      await computed(simulation);
      const range = registers.write("RANGE", { firstLayer: 0, lastLayer: 0 });
      const [run, read] = [registers.write("RUN", { run: 1 }), registers.write("READ", { read: 1 })];
      const whole = host.packets([[loadSpaces.activations, 0, 0, 0]]);
      if (whole.kind !== "push") throw new Error("packets are pushed");
      const [header, word] = whole.rows;
      const amid = { ...whole, rows: [[header[0], 0]] };
      const rest = { ...whole, rows: [[word[0], 1]] };
      const replies = await simulation.execute([
        range,
        run,
        read,
        { kind: "until", port: "irq", value: 1, limit: 5000 },
        amid,
        run,
        rest,
        run,
      ]);
      expect([1, 2, 5, 7].map((i) => replies[i][1])).toEqual([0n, 2n, 2n, 0n]);
      await simulation.close();
    });
  },
);

describe.each(["wasm", "icarus"])("words that have no place are dropped and told of, on %s", (engine) => {
  it.each<[string, readonly [number, number, number, number]]>([
    ["an unknown space", [loadSpaces.run, 0, 0, 0]],
    ["a PE that is not there", [loadSpaces.entries, 3, 0, 0]],
    ["a second word beyond the end of a memory", [loadSpaces.pointers, 0, parameters.columnDepth - 1, 0]],
  ])("%s", async (_, word) => {
    const simulation = await startGenerator(eieAxiGenerator, { ...parameters }, engine);
    const host = new EieAxiHost(parameters);
    const [space, pe, address] = word;
    const further = space === loadSpaces.pointers ? [[space, pe, address + 1, 0] as const] : [];
    await perform(simulation, [told([host.packets([word, ...further])])]);
    await simulation.execute([{ kind: "step", cycles: 2 }]);
    expect((await statusOf(simulation)) & 0b1010).toBe(0b1000);
    expect(await answer(simulation, [["CONTROL", { clearBadLoad: 1 }]])).toBe(0);
    await simulation.execute([{ kind: "step", cycles: 200 }]);
    expect(await statusOf(simulation)).toBe(0b0001);
    expect(await computed(simulation)).toEqual(goldenEie(parameters, operation).y);
    await simulation.close();
  });
});

describe("a fault in the AXI view is caught", () => {
  const circuit = elaborate(eieAxiGenerator.module, parameters);
  it.each([
    ["activations stay on one PE", /if \(lastPe\) pe <= [^;]*;/, "if (lastPe) pe <= pe;"],
    ["addresses do not go on", /address <= address \+ [^;]*;/, "address <= address;"],
    ["the last word is not marked", /assign m_axis_tlast = [^;]*;/, "assign m_axis_tlast = 1'b0;"],
    ["cycles are not counted", "if (running && busy) cycles", "if (running && !busy) cycles"],
  ])("%s", async (_, from, to) => {
    const emitted = emitVerilog(circuit);
    const text = emitted.text.replace(from, to);
    expect(text).not.toBe(emitted.text);
    const simulation = await startSimulation("icarus", designOf(circuit, { ...emitted, text }), { timeoutMs: 60_000 });
    const outcome = await eieAxiGenerator.drive(simulation, parameters, operation).catch(() => undefined);
    const golden = eieAxiGenerator.golden(parameters, operation);
    expect({ result: outcome?.result, cycles: outcome?.cycles }).not.toEqual(golden);
    await simulation.close();
  });
});

describe("the TypeScript accessor", () => {
  it("reads and writes fields by name, and refuses what does not fit", async () => {
    const source = registerAccessor(eieRegisters(parameters), "EieAxiRegisters");
    const { outputText } = transpileModule(source, { compilerOptions: { module: 99, target: 9 } });
    const { EieAxiRegisters } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    const simulation = await startGenerator(eieAxiGenerator, { ...parameters }, "wasm");
    const pins = (names: readonly string[]) => names.map((pin) => `s_axi_${pin}`);
    const bus = {
      async read(address: number) {
        const rows = [
          [address, 1, 1],
          [0, 0, 1],
        ];
        const inputs = pins(["araddr", "arvalid", "rready"]);
        const [values] = await simulation.execute([{ kind: "batch", inputs, rows, outputs: ["s_axi_rdata"] }]);
        return Number(values[1]);
      },
      async write(address: number, word: number) {
        const rows = [
          [address, 1, word, 15, 1, 1],
          [0, 0, 0, 0, 0, 1],
        ];
        const inputs = pins(["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"]);
        const [values] = await simulation.execute([{ kind: "batch", inputs, rows, outputs: ["s_axi_bresp"] }]);
        if (values[1] !== 0n) throw new Error("SLVERR");
      },
    };
    await perform(simulation, [
      ...new EieAxiHost(parameters).loadLayers([
        { ...storedMatrix(operation, parameters), codebook: operation.codebook, relu: operation.relu },
      ]),
    ]);
    const accessor = new EieAxiRegisters(bus);
    expect(await accessor.readRange()).toEqual({ firstLayer: 0, lastLayer: 0 });
    await accessor.writeRange({ firstLayer: 2, lastLayer: 5 });
    expect(await accessor.readRange()).toEqual({ firstLayer: 2, lastLayer: 5 });
    await expect(accessor.writeRun({ run: 1 })).rejects.toThrow("SLVERR");
    await expect(accessor.writeRange({ firstLayer: 8 })).rejects.toThrow("firstLayer is 8: a whole number from 0 to 7");
    expect(await accessor.readStatus()).toEqual({ ready: 1, loading: 0, done: 0, badLoad: 0 });
    await simulation.close();
  });
});
