import fc from "fast-check";
import { expect, it } from "vitest";
import { eseRegisters } from "../generators/ese/axi-registers.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { layersOf, statesOf } from "../sw-model/ese/operation.ts";
import { eseAxiSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { AxiLiteMaster, pausing, Registers, receiveRows, sendRows } from "../testbench/agents/index.ts";
import { EseHost, inChannels } from "../testbench/drivers/ese.ts";
import { EseAxiPort } from "../testbench/drivers/ese-axi-port.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import { runTasks } from "../testbench/tasks/index.ts";
import { eseAxiGenerator } from "./eseaxi.ts";
import { startGenerator } from "./execute.ts";

const share = fc.constantFrom(0, 0.3, 0.8);

it.each([
  [["projection=6", "channels=2", "weights=stream", "weightQueueDepth=3", "queueDepth=2"]],
  [["cell=gru", "channels=3", "weights=stream", "counts=stream", "countWords=2", "countQueueDepth=1"]],
  [["channels=2"]],
])("packets of the next x come beside a step and its weights, and all channels leave at once: %j", async (sets) => {
  const base = resolveParameters(eseAxiSpec, { sets }).parameters;
  const parameters = eseAxiGenerator.cases.parameters(base, new Set());
  const simulation = await startGenerator(eseAxiGenerator, { ...parameters }, "wasm");
  const pauses = fc.record({ x: share, streams: share, y: share });
  const cases = fc.sample(fc.tuple(eseAxiGenerator.cases.arbitrary(parameters), pauses), { numRuns: 3, seed: 3 });
  for (const [seed, [operation, pause]] of cases.entries()) {
    const port = new EseAxiPort(parameters);
    const host = new EseHost(parameters, layersOf(operation), port);
    const { sequences } = operation;
    const steps = sequences[0].x.length;
    const inputs = Array.from({ length: steps }, (_, t) => {
      const [push] = host.loadInputs(sequences.map(({ x }) => x[t])).commands;
      if (push.kind !== "push") throw new Error("packets are pushed");
      return push;
    });
    const states = sequences.map((of, c) => host.loadState(c, statesOf(of)));
    await perform(simulation, [host.loadNetwork(), ...states, { commands: [inputs[0]], reply: () => undefined }]);
    const [{ step }] = host.steps();
    const { count, more = 0 } = host.readOuts(sequences.length, false);
    const streams = host.streams().flat();
    const received = await runTasks(
      simulation,
      async (task) => {
        const registers = new Registers(new AxiLiteMaster(task), eseRegisters(parameters));
        const { inputs: x, outputs, cells, outputRows } = step;
        await registers.write("INPUTS", { inputs: x });
        await registers.write("OUTPUTS", { outputs });
        await registers.write("CELLS", { cells });
        if (parameters.projection > 0) await registers.write("OUTPUT_ROWS", { outputRows });
        await registers.write("READ_FROM", { channel: 0, states: 0, more });
        await registers.write("READ_COUNT", { count });
        const ended = async () => {
          await task.until("irq", 1);
          await registers.write("CONTROL", { enableInterrupt: 1, clearDone: 1 });
        };
        await registers.write("CONTROL", { enableInterrupt: 1, clearDone: 1 });
        for (const { rows, ...stream } of streams) {
          task.fork(async (own) => {
            for (let t = 0; t < steps; t++) await sendRows(own, stream, rows, { pause: pausing(pause.streams) });
          });
        }
        const all: bigint[][] = [];
        for (let t = 0; t < steps; t++) {
          await registers.write("RUN", { run: 1 });
          const next = inputs
            .slice(t + 1, t + 2)
            .map(({ rows, ...stream }) => task.fork((own) => sendRows(own, stream, rows, { pause: pausing(pause.x) })));
          await ended();
          for (const packet of next) await packet.join();
          await registers.write("READ", { read: 1 });
          const stream = { valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata"] };
          all.push(...(await receiveRows(task, stream, count * (1 + more), { pause: pausing(pause.y) })));
          await ended();
        }
        return all;
      },
      { seed: 1 + seed },
    );
    const width = parameters.activationBits;
    const values = inChannels(
      received.map(([value]) => Number(BigInt.asIntN(width, value))),
      count,
    );
    const y = sequences.map((_, c) => values.filter((_outputs, i) => i % sequences.length === c));
    const golden = goldenEse(parameters, operation);
    expect(y).toEqual(operation.batched ? golden.y : [golden.y]);
  }
  await simulation.close();
});
