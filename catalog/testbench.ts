import fc from "fast-check";
import { type Circuit, emitVerilog, type ResetKind, resetStyle } from "../hdl/index.ts";
import { UserError } from "../sw-model/errors.ts";
import { Random } from "../sw-model/random.ts";
import { compareDeep, type Difference } from "../testbench/compare.ts";
import { designOf } from "../testbench/design.ts";
import { type Recorded, type Recording, record } from "../testbench/recording.ts";
import type { PortDescription, Simulation } from "../testbench/simulation.ts";
import { type TestbenchFile, verilogTestbench } from "../testbench/vectors.ts";
import { randomBits } from "../testbench/wasm.ts";
import { bothWays } from "./both-ways.ts";
import { fits } from "./fitting.ts";
import type { AnyGenerator } from "./generator.ts";

/** Enough to meet every directed case of the default parameters; short enough for a slow simulator. Cycles that repeat one another count once. */
const mostVectors = 40_000;
const mostCycles = 300_000;
const randomOperations = 20;
const seed = 1;

/** All zeros and all ones show what is passed on as it is; the random ones what is combined. */
function powerUps(): ((width: number) => bigint)[] {
  const ones = (width: number) => (1n << BigInt(width)) - 1n;
  return [() => 0n, ones, randomBits(new Random(seed)), randomBits(new Random(seed + 1))];
}

/**
 * A plain Verilog testbench for a circuit of the generator: directed and random operations, as far as they fit into a
 * bounded number of cycles, each checked against the golden model before it becomes vectors.
 */
export async function testbenchFor(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  circuit: Circuit,
  reset: ResetKind,
): Promise<TestbenchFile[]> {
  const design = designOf(circuit);
  const directed = generator.cases.directed(parameters);
  const ofCases = (some: typeof directed) => some.map(({ operation }) => operation);
  const operations = [
    ...ofCases(directed.filter(({ long }) => !long)),
    ...fc.sample(generator.cases.arbitrary(parameters), { numRuns: randomOperations, seed }),
    ...ofCases(directed.filter(({ long }) => long)),
  ].filter((operation) => fits(generator, parameters, operation));
  const long = new Set(ofCases(directed.filter(({ long }) => long)));
  /** How many operations there is room for, and the samples that they take. */
  let [room, samples] = [operations.length, 0];
  const program = async (simulation: Simulation, recorded: () => Recorded) => {
    const run = bothWays(generator, parameters);
    for (const [i, operation] of operations.slice(0, room).entries()) {
      if (recorded().changes >= mostVectors) {
        room = i;
        break;
      }
      const { result, stalled } = await run(simulation, operation);
      const golden = generator.golden(parameters, operation).result;
      for (const found of [result, ...(stalled?.results ?? [])]) {
        const { first } = compareDeep(golden, found);
        if (first) throw differs(generator.spec.name, first);
      }
      // One that alone would take all the room is left out again.
      if (long.has(operation) && (recorded().changes > mostVectors || recorded().samples > mostCycles)) {
        room = i;
        break;
      }
      samples = recorded().samples;
    }
  };
  const recordings: Recording[] = [];
  for (const powerUp of powerUps()) {
    const { pins, rows } = await record(design, powerUp, program);
    recordings.push({ pins, rows: rows.slice(0, samples) });
  }
  // Memories; what comes from elsewhere is among the foreign modules.
  const boxes = new Set(circuit.modules.flatMap(({ name, external }) => (external?.module === name ? [name] : [])));
  const emitted = emitVerilog(circuit);
  const models = emitVerilog(circuit, { blackBoxes: "modelled" }).modules.filter(({ name }) => boxes.has(name));
  return verilogTestbench(design, recordings, {
    reset: resetStyle(reset),
    models: models.map(({ text }) => text),
    foreign: [...emitted.foreign, ...emitted.foreignModels],
    streams: [
      ...(circuit.modules.at(-1)?.streams ?? []).filter(({ direction }) => direction === "output"),
      ...axiOutputs(design.ports),
    ],
  });
}

/** The channels of AXI4-Stream and AXI4-Lite on which the design gives something: `m_axis_tvalid` and what it is the valid of. */
function axiOutputs(ports: readonly PortDescription[]): { valid: string; data: string[] }[] {
  const outputs = ports.filter(({ direction }) => direction === "output").map(({ name }) => name);
  return outputs.flatMap((valid) => {
    const channel = /^(\w+_[trb])valid$/.exec(valid)?.[1];
    return channel ? [{ valid, data: outputs.filter((pin) => pin.startsWith(channel) && pin !== valid) }] : [];
  });
}

function differs(name: string, { path, expected, got }: Difference): UserError {
  const hint = `see "whittle check ${name}"`;
  const message = `${name} differs from its golden model at ${path}: no testbench is written`;
  const details = { code: "check-failed", message, where: path, expected: String(expected), found: String(got), hint };
  return new UserError(details, 1);
}
