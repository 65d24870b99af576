import { describe, expect, it } from "vitest";
import {
  at,
  bit,
  type Circuit,
  concat,
  defineModule,
  elaborate,
  fixedValue,
  input,
  output,
  select,
  sint,
  uint,
} from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";

/** A narrow value that an exclusive or meets twice, at an offset in a wider word. */
const cancelled = defineModule("cancelled", (_: Record<string, never>) => ({
  ports: { narrow: input(uint(1)), wide: input(uint(63)), joined: output(uint(135)) },
  build({ narrow, wide, joined }, m) {
    const low = m.reg("low", uint(1), { reset: 0 });
    low.set(narrow);
    const sum = low.extend(70).xor(wide.extend(70)).xor(low.extend(70));
    joined.set(concat(sum, low.extend(65)));
  },
}));

/** A number that is never negative: known zeros under a sign of zeros. */
const atLeastZero = defineModule("at_least_zero", (_: Record<string, never>) => ({
  ports: { value: input(uint(20)), holds: output(bit) },
  build({ value, holds }, m) {
    const held = m.reg("held", uint(20), { reset: 0 });
    held.set(value);
    const zeros = held.bits(10, 6).extend(20).bits(13, 12);
    holds.set(zeros.extend(20).asSint().ge(0));
  },
}));

/** Ones across a word's end, of which one bit changes, seen through a slice. */
const strayed = defineModule("strayed", (_: Record<string, never>) => ({
  ports: { value: input(sint(33)), slice: output(uint(65)) },
  build({ value, slice }, m) {
    const held = m.reg("held", sint(33), { reset: 0 });
    held.set(value);
    const zero = concat(held.extend(64).asUint().le(0));
    slice.set(fixedValue(uint(128), 0x3ff_ffff_ffffn).xor(zero.extend(128)).bits(87, 23));
  },
}));

/** Words of memories, two for each of eight elements: one of the two is chosen, then one of the elements. */
const spoilt = defineModule("spoilt", (_: Record<string, never>) => ({
  ports: { first: input(bit), address: input(uint(1)), index: input(uint(3)), word: output(uint(16)) },
  build({ first, address, index, word }, m) {
    const constants = (name: string, upper: number) =>
      m.rom(name, uint(16), [upper, upper]).read(`${name}_word`, address);
    const elements = Array.from({ length: 8 }, (_, k) =>
      select(uint(16), first, constants(`first${k}`, 0x8000 + k), constants(`second${k}`, 0x9000 + k)),
    );
    word.set(at(elements, index));
  },
}));

async function outputOf(circuit: Circuit, inputs: Record<string, bigint>, name: string) {
  const simulation = await startSimulation("verilator", designOf(circuit));
  try {
    const row = Object.values(inputs);
    const batch = { kind: "batch", inputs: Object.keys(inputs), rows: [row], outputs: [name] } as const;
    const [[value]] = await simulation.execute([batch]);
    return value;
  } finally {
    await simulation.close();
  }
}

describe("Verilator", () => {
  it("keeps the bits of what stands between two equal operands of an exclusive or", async () => {
    const wide = 0x3fff_ffff_ffff_ffffn;
    expect(await outputOf(elaborate(cancelled, {}), { narrow: 0n, wide }, "joined")).toBe(wide << 65n);
  });

  it("knows that 0 is at least 0", async () => {
    expect(await outputOf(elaborate(atLeastZero, {}), { value: 0x12345n }, "holds")).toBe(1n);
  });

  it("lets no bit stray out of a word", async () => {
    expect(await outputOf(elaborate(strayed, {}), { value: 0n }, "slice")).toBe(0x7ffffn);
  });

  it("leaves the upper half of a word alone that is chosen among words of memories", async () => {
    const circuit = elaborate(spoilt, {});
    for (let index = 0n; index < 8n; index++)
      expect(await outputOf(circuit, { first: 0n, address: 1n, index }, "word")).toBe(0x9000n + index);
  });
});
