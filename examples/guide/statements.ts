/** Chapter 4: registers and conditions. */
import { bit, defineModule, input, output, uint } from "../../hdl/index.ts";
import { alu } from "../alu.ts";
import { sender } from "../sender.ts";
import { excerpt, linesWith, refusal, verilogOf } from "./shown.ts";

// #region debounce
/** `settled` follows `button` once the two have differed for 2^width cycles in a row. */
export const debounce = defineModule("debounce", (p: { width: number }) => ({
  ports: { button: input(bit), settled: output(bit), rising: output(bit) },
  build({ button, settled, rising }, m) {
    const level = m.reg("level", bit, { reset: false });
    const age = m.reg("age", uint(p.width)); // no reset: it is cleared wherever the two agree

    rising.set(false);
    m.when(button.xor(level).not(), () => {
      age.set(0);
    })
      .elseWhen(age.allOnes(), () => {
        level.set(button);
        rising.set(button);
      })
      .otherwise(() => {
        age.set(age.addWrap(1));
      });
    settled.set(level);
  },
}));
// #endregion

export const debounceVerilog = () => {
  const text = verilogOf(debounce, { width: 10 });
  return excerpt(text, "reg level", "endmodule");
};

const some = {
  choose: input(bit),
  a: input(uint(4)),
  q: output(uint(4)),
};

export const noElse = () =>
  refusal(some, ({ choose, a, q }, m) => {
    m.when(choose, () => q.set(a));
  });

// #region status
/** The bits of a status word come from different places. */
export const status = defineModule("status", (_: Record<never, never>) => ({
  ports: { busy: input(bit), level: input(uint(3)), word: output(uint(8)) },
  build({ busy, level, word }) {
    word.set(0);
    word.setBit(7, busy);
    word.setBits(2, 0, level);
  },
}));
// #endregion

export const statusVerilog = () => linesWith(verilogOf(status, {}), "assign");
export const aluVerilog = () => excerpt(verilogOf(alu, { width: 8 }), "localparam", "endmodule");
export const senderVerilog = () => excerpt(verilogOf(sender, { bits: 8 }), "localparam", "assign word_ready");

export const missingCase = () =>
  refusal(some, ({ a, q }, m) => {
    // @ts-expect-error: 2 and 3 are missing
    m.switch(a.bits(1, 0), { 0: () => q.set(1), 1: () => q.set(2) });
  });

export const loop = () =>
  refusal({ a: some.a, q: some.q }, ({ a, q }, m) => {
    const next = m.wire("next", uint(4));
    next.set(next.addWrap(a));
    q.set(next);
  });
