import { bit, defineModule, input, output, stream, uint } from "../hdl/index.ts";

/** Sends words bit by bit, the lowest first, between a start bit of 0 and a stop bit of 1. */
export const sender = defineModule("sender", (p: { bits: number }) => ({
  summary: "Serial sender: a bit a cycle.",
  ports: { word: input(stream(uint(p.bits))), line: output(bit), idle: output(bit) },
  build({ word, line, idle }, m) {
    const rest = m.reg("rest", uint(p.bits));
    const left = m.reg("left", uint(8));
    word.ready.set(false);
    // #region fsm
    const { is } = m.fsm("state", {
      initial: "idle",
      states: {
        idle: (go) => {
          line.set(true);
          word.ready.set(true);
          m.when(word.valid, () => {
            rest.set(word.data);
            go("start");
          });
        },
        start: (go) => {
          line.set(false);
          left.set(p.bits - 1);
          go("send");
        },
        // #endregion
        send: (go) => {
          line.set(rest.bit(0));
          rest.set(rest.shiftRight(1).extend(p.bits));
          left.set(left.subWrap(1));
          m.when(left.eq(0), () => go("stop"));
        },
        stop: (go) => {
          line.set(true);
          go("idle");
        },
      },
    });
    idle.set(is("idle"));
  },
}));
