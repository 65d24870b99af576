import { describe, expect, it } from "vitest";
import {
  bit,
  type Circuit,
  concat,
  defineModule,
  elaborate,
  fixedValue,
  input,
  output,
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
});
