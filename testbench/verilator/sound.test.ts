import { expect, it } from "vitest";
import { concat, defineModule, elaborate, input, output, uint } from "../../hdl/index.ts";
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

it("Verilator keeps the bits of what stands between two equal operands of an exclusive or", async () => {
  const simulation = await startSimulation("verilator", designOf(elaborate(cancelled, {})));
  try {
    const wide = 0x3fff_ffff_ffff_ffffn;
    const [got] = await simulation.execute([
      { kind: "batch", inputs: ["narrow", "wide"], rows: [[0n, wide]], outputs: ["joined"] },
    ]);
    expect(got).toEqual([wide << 65n]);
  } finally {
    await simulation.close();
  }
});
