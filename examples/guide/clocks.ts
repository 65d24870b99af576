/** Chapter 8: clocks, resets, crossings. */
import {
  asynchronous,
  bit,
  connect,
  crossed,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  output,
  simulate,
  stream,
  synchronize,
  synchronizeGray,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { excerpt, linesWith, refusal, verilogOf } from "./shown.ts";

// #region two-clocks
/** Counts button presses with a fast clock, and shows the sum with a slow one. */
export const presses = defineModule("presses", ({ bits }: { bits: number }) => ({
  ports: {
    button: input(bit, { domain: asynchronous }),
    count: output(uint(bits), { domain: "slow" }),
  },
  build({ button, count }, m) {
    const pressed = synchronize(m, "pressed", button, { reset: 0 });
    const earlier = m.reg("earlier", bit, { reset: false });
    earlier.set(pressed);

    // One bit at a time crosses: the count does so as a Gray code.
    const total = m.reg("total", uint(bits), { reset: 0 });
    const gray = m.reg("gray", uint(bits), { reset: 0 });
    m.when(pressed.and(earlier.not()), () => total.set(total.addWrap(1)));
    gray.set(total.xor(total.extend(bits + 1).shiftRight(1)));

    const slow = m.domain("slow");
    const seen = synchronizeGray(slow, "seen", gray);
    count.set(binary(seen));
  },
}));

/** The number of a Gray code: each bit is the parity of those from it upwards. */
function binary(code: UIntSignal): UIntSignal {
  let value = code;
  for (let by = 1; by < code.width; by *= 2) value = value.xor(value.shiftRight(by).extend(code.width));
  return value;
}
// #endregion

export const pressesPorts = () => excerpt(verilogOf(presses, { bits: 8 }), "module presses", ");");

// #region mixed
export const mixed = () =>
  refusal({ a: input(uint(4)), b: input(uint(4), { domain: "fast" }), q: output(uint(4)) }, ({ a, b, q }, m) => {
    const sum = m.reg("sum", uint(4), { reset: 0 });
    sum.set(a.addWrap(b));
    q.set(sum);
  });
// #endregion

// #region crossed
/** A stream from the clock of a camera to that of the memory. */
export const capture = defineModule("capture", (_: Record<never, never>) => ({
  ports: {
    pixels: input(stream(uint(8)), { domain: "camera" }),
    words: output(stream(uint(8)), { domain: "memory" }),
  },
  build({ pixels, words }, m) {
    connect(words, crossed(m, "queue", pixels, { from: "camera", to: "memory", depth: 16 }));
  },
}));
// #endregion

// #region stepping
export function captureSimulates() {
  const dut = simulate(capture, {});
  dut.reset();
  dut.in.pixels = { valid: true, data: 42 };
  dut.tick(1, ["camera_clock"]);
  dut.in.pixels = { valid: false, data: 0 };
  dut.tick(3, ["memory_clock"]);
  return dut.out.words.data;
}
// #endregion

export const resets = () => {
  const circuit = elaborate(
    defineModule("flag", (_: Record<never, never>) => ({
      ports: { raise: input(bit), raised: output(bit) },
      build({ raise, raised }, m) {
        const value = m.reg("value", bit, { reset: false });
        m.when(raise, () => value.set(true));
        raised.set(value);
      },
    })),
    {},
  );
  const always = (reset: "sync-high" | "sync-low" | "async-low") =>
    linesWith(emitVerilog(circuit, { reset }).text, "always", "if (").replaceAll(/ \/\/ .*/g, "");
  return [
    `// sync-high`,
    always("sync-high"),
    `// sync-low`,
    always("sync-low"),
    `// async-low`,
    always("async-low"),
  ].join("\n");
};
