import { expect, it } from "vitest";
import {
  bit,
  blackBoxMemories,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  memoriesWithWords,
  output,
  Simulator,
  uint,
} from "../index.ts";

const buffers = defineModule("buffers", (_: Record<string, never>) => ({
  ports: {
    ...{ address: input(uint(4)), data: input(uint(8)), write: input(bit), word: output(uint(8)) },
    slowAddress: input(uint(4), { domain: "slow" }),
    slowData: input(uint(8), { domain: "slow" }),
    slowWord: output(uint(8), { domain: "slow" }),
  },
  build({ address, data, write, word, slowAddress, slowData, slowWord }, m) {
    const slow = m.domain("slow");
    const [fast, other] = [m.mem("fast", 16, uint(8)), slow.mem("other", 16, uint(8))];
    fast.write({ address, data, enable: write });
    other.write({ address: slowAddress, data: slowData, enable: slowData.bit(0) });
    word.set(fast.readClocked("fast_word", { address, underWrite: "old" }));
    slowWord.set(other.readClocked("other_word", { address: slowAddress, underWrite: "old" }));
  },
}));

it("memories of one shape are one box, whatever domain they stand in", () => {
  const circuit = blackBoxMemories(elaborate(buffers, {}));
  const { text, blackBoxes } = emitVerilog(circuit);
  expect(blackBoxes.map(({ name }) => name)).toEqual(["memory_16x8_read_old_write"]);
  expect(text).toMatch(/memory_16x8_read_old_write fast \([^;]*\.clock\(clock\)/);
  expect(text).toMatch(/memory_16x8_read_old_write other \([^;]*\.clock\(slow_clock\)/);
});

it("simulates as the memories did", () => {
  const dut = new Simulator(blackBoxMemories(elaborate(buffers, {})));
  const set = (values: Record<string, number>) => {
    for (const [name, value] of Object.entries(values)) dut.poke(name, value);
  };
  set({ address: 3, data: 77, write: 1, slowAddress: 5, slowData: 9 });
  dut.step(2, ["clock"]);
  expect(Number(dut.peek("word"))).toBe(77);
  set({ data: 78 });
  dut.step(2, ["slow_clock"]);
  expect([Number(dut.peek("word")), Number(dut.peek("slowWord"))]).toEqual([77, 9]);
});

it("memories with initial words stay, and those that are written are told", () => {
  const kept = defineModule("kept", (_: Record<string, never>) => ({
    ports: { address: input(uint(2)), data: input(uint(8)), word: output(uint(8)) },
    build({ address, data, word }, m) {
      const [ram, plain] = [m.mem("ram", 4, uint(8), { init: [1, 2] }), m.mem("plain", 4, uint(8))];
      for (const memory of [ram, plain]) memory.write({ address, data });
      const sum = ram.read("a", address).addWrap(plain.read("b", address));
      word.set(sum.addWrap(m.rom("constants", uint(8), [3, 4, 5, 6]).read("c", address)));
    },
  }));
  const circuit = blackBoxMemories(elaborate(kept, {}));
  expect(memoriesWithWords(circuit)).toEqual([{ module: "kept", memory: "ram" }]);
  const { text } = emitVerilog(circuit);
  expect([...text.matchAll(/reg .* (\w+) \[0:3\]/g)].map(([, name]) => name)).toEqual(["ram", "constants"]);
  expect(text).toContain("memory_4x8_read_at_once_write plain (");
});
