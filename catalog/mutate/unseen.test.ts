import { beforeAll, describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, emitVerilog, input, output, uint } from "../../hdl/index.ts";
import { findYosys } from "../../platform/yosys.ts";
import { resolveParameters } from "../../sw-model/parameters.ts";
import { srmacGenerator } from "../srmac.ts";
import { type Bit, type Gates, gatesOf } from "./gates.ts";
import type { Mutation } from "./mutation.ts";
import { mutationsOf } from "./netlist.ts";
import { isUnseen } from "./unseen.ts";

/** A word that is loaded, kept, and looked at only in the edge after it was loaded; a product of it, a memory, and a table read at an edge. */
const kept = defineModule("kept", (_: Record<never, never>) => ({
  ports: {
    load: input(bit),
    word: input(uint(4)),
    address: input(uint(2)),
    shown: output(uint(8)),
    stored: output(uint(4)),
    sample: output(uint(4)),
  },
  build(io, m) {
    const held = m.reg("held", uint(4));
    m.when(io.load, () => held.set(io.word));
    const loaded = m.reg("loaded", bit, { reset: false });
    loaded.set(io.load);
    io.shown.set(0);
    m.when(loaded, () => io.shown.set(held.mul(held)));
    const samples = m.rom("samples", uint(4), [9, 4, 14, 3]);
    io.sample.set(samples.readClocked("sampled", { address: io.address, enable: loaded, underWrite: "undefined" }));
    const memory = m.mem("words", 4, uint(4));
    memory.write({ address: held.bits(1, 0), data: io.word, enable: loaded });
    io.stored.set(memory.readClocked("read", { address: io.address, enable: loaded, underWrite: "undefined" }));
  },
}));

interface Subject {
  readonly gates: Gates;
  readonly mutations: readonly Mutation[];
}

async function subjectOf(circuit: ReturnType<typeof elaborate>, count: number): Promise<Subject> {
  const yosys = await findYosys();
  const modules = circuit.modules.map(({ name }) => name);
  const netlist = await mutationsOf(yosys, emitVerilog(circuit), modules, { count, seed: 3 });
  const gates = await gatesOf(yosys, netlist, circuit.top);
  if (gates === undefined) throw new Error("a design of one clock has gates");
  return { gates, mutations: netlist.mutations };
}

/** The outputs of a mutant at edges with random inputs after two of reset, from random registers and memories; 0 is the design. */
function outputsOf(gates: Gates, mutant: number, edges: number): bigint[] {
  let state = 0x2545f491;
  const random = () => {
    for (const shift of [13, -17, 5]) state = (state ^ (shift > 0 ? state << shift : state >>> -shift)) >>> 0;
    return state & 1;
  };
  const registers = new Map(gates.registers.map(({ output }) => [output, random()]));
  const contents = gates.memories.map(({ addressBits, width }) =>
    Array.from({ length: 2 ** addressBits }, () => Array.from({ length: width }, random)),
  );
  const read = gates.memories.map(({ readData }) => readData.map((bits) => bits.map(random)));
  const outputs: bigint[] = [];
  for (let edge = 0; edge < edges; edge++) {
    const known = new Map<Bit, number>([...registers, ["0", 0], ["1", 1], ["x", 0], ["z", 0]]);
    for (const [name, bits] of gates.inputs) {
      for (const bit of bits) known.set(bit, name === "reset" ? Number(edge < 2) : random());
    }
    for (const [i, bit] of gates.control.entries()) known.set(bit, (mutant >> i) & 1);
    const number = (bits: readonly Bit[]) => bits.reduce<number>((sum, bit, i) => sum + bitOf(bit) * 2 ** i, 0);
    const bitOf = (bit: Bit): number => {
      const found = known.get(bit);
      if (found !== undefined) return found;
      const inputs = gates.logic.get(bit);
      const value = inputs ? inputs.map(bitOf).reduce((one, other) => one & other, 1) : wholeBit(bit);
      known.set(bit, inputs?.length === 1 ? 1 - value : value);
      return known.get(bit) ?? 0;
    };
    const wholeBit = (bit: Bit): number => {
      for (const { left, right, product } of gates.products)
        if (product.includes(bit)) return Math.floor((number(left) * number(right)) / 2 ** product.indexOf(bit)) % 2;
      for (const [m, { reads, readData }] of gates.memories.entries())
        for (const [port, bits] of readData.entries()) {
          if (!bits.includes(bit)) continue;
          const { clocked, address } = reads[port];
          return (clocked ? read[m][port] : contents[m][number(address)])[bits.indexOf(bit)];
        }
      throw new Error(`nothing drives ${bit}`);
    };
    if (edge >= 2) outputs.push(gates.outputs.reduce((sum, bit) => 2n * sum + BigInt(bitOf(bit)), 0n));
    const next = gates.registers.map(({ output, next }) => [output, bitOf(next)] as const);
    for (const [m, { reads, writes }] of gates.memories.entries()) {
      for (const [port, { clocked, enable, address }] of reads.entries()) {
        if (clocked && bitOf(enable)) read[m][port] = [...contents[m][number(address)]];
      }
      for (const { enable, address, data } of writes) {
        for (const [i, bit] of enable.entries()) if (bitOf(bit)) contents[m][number(address)][i] = bitOf(data[i]);
      }
    }
    for (const [output, value] of next) registers.set(output, value);
  }
  return outputs;
}

const smallMac = () => {
  const { parameters } = resolveParameters(srmacGenerator.spec, { preset: "small" });
  return elaborate(srmacGenerator.module, parameters);
};

describe.each([
  ["a word that is kept", () => elaborate(kept, {}), 100, 0.4],
  // Random inputs do not show much of it.
  ["srmac", smallMac, 40, 0.05],
])("mutants of %s", (_, circuitOf, count, share) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await subjectOf(circuitOf(), count);
  });

  it("that are proven unseen give the same outputs, and there are some", async () => {
    const { gates, mutations } = subject;
    const design = outputsOf(gates, 0, 200);
    let [equal, proven] = [0, 0];
    for (const { number, command } of mutations) {
      const same = outputsOf(gates, number, 200).every((value, i) => value === design[i]);
      const unseen = await isUnseen(gates, number, "reset");
      if (unseen) expect({ command, same }).toEqual({ command, same: true });
      equal += Number(same);
      proven += Number(unseen);
    }
    expect(equal).toBeLessThan(0.6 * mutations.length);
    expect(proven).toBeGreaterThan(equal * share);
  });
});

describe("a word that is read at an edge", () => {
  const [given, control, inverted, changed, read] = [10, 11, 12, 13, 14];
  const never = "0";
  /** The mutant holds `changed` at 0, which is `given` in the design. */
  const gatesWith = (enable: Bit, address: Bit): Gates => ({
    ...{ inputs: new Map([["given", [given]]]), outputs: [read], control: [control], registers: [], products: [] },
    logic: new Map([
      [inverted, [control]],
      [changed, [given, inverted]],
    ]),
    memories: [
      {
        addressBits: 1,
        width: 1,
        reads: [{ clocked: true, enable, address: [address] }],
        readData: [[read]],
        writes: [],
      },
    ],
  });
  it.each([
    ["from another address", "1", changed, false],
    ["at another edge", changed, given, false],
    ["never, from another address", never, changed, true],
    ["as it was", given, given, true],
  ] as const)("%s", async (_, enable, address, unseen) => {
    expect(await isUnseen(gatesWith(enable, address), 1, undefined)).toBe(unseen);
  });
});
