/** A stream from one clock domain to another. */

import { HdlError } from "../errors.ts";
import { checkOptions } from "../messages/options.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { input, output } from "../ports.ts";
import { here } from "../position.ts";
import type { StreamSource } from "../signals/bundle.ts";
import { concat, type UIntSignal } from "../signals/signal.ts";
import { packed, unpacked } from "../streams/packed.ts";
import { type DataType, stream, uint } from "../types.ts";
import { synchronizeGray } from "./synchronizer.ts";

export interface AsyncFifoParameters {
  /** Words held: a power of two, 2 or more, so that Gray pointers wrap by one bit. */
  readonly depth: number;
  /** Bits of a word. */
  readonly width: number;
}

/**
 * First in, first out, pushed in the domain `push` and popped in the domain `pop`, whose clocks need no relation. The
 * pointers cross as Gray codes, a bit at a time, so each side sees a past value of the other's: full and empty come late,
 * never wrong. A word needs two or three edges of `pop` to come out. Reset both sides together.
 */
export const asyncFifo = defineModule("async_fifo", ({ depth, width }: AsyncFifoParameters) => {
  const addressBits = Math.log2(depth);
  if (!Number.isInteger(addressBits) || addressBits < 1) {
    throw new HdlError(
      {
        code: "memory-shape",
        message: `An asynchronous FIFO of depth ${depth}.`,
        expected: "a power of two, 2 or more",
        hint: "Round up: 2 ** Math.max(1, Math.ceil(Math.log2(depth))).",
      },
      here(),
    );
  }
  const pointer = uint(addressBits + 1);
  return {
    summary: `First-in first-out queue of ${depth} words of ${width} bits between two clocks.`,
    ports: {
      push: input(stream(uint(width)), { domain: "push" }),
      pop: output(stream(uint(width)), { domain: "pop" }),
    },
    build({ push, pop }, m) {
      const [pushing, popping] = [m.domain("push"), m.domain("pop")];
      const words = pushing.mem("words", depth, uint(width), { style: "distributed" });
      const tail = pushing.reg("tail", pointer, { reset: 0 });
      const head = popping.reg("head", pointer, { reset: 0 });
      const tailGray = pushing.reg("tailGray", pointer, { reset: 0 });
      const headGray = popping.reg("headGray", pointer, { reset: 0 });
      const headSeen = synchronizeGray(pushing, "headSeen", headGray as UIntSignal, { reset: 0 });
      const tailSeen = synchronizeGray(popping, "tailSeen", tailGray as UIntSignal, { reset: 0 });

      // Full: the same word, a whole turn apart, which in Gray code differs in the two highest bits.
      const turned = concat(headSeen.bits(addressBits, addressBits - 1).not(), ...below(headSeen, addressBits - 1));
      push.ready.set(tailGray.ne(turned));
      const nextTail = pushing.node("nextTail", tail.addWrap(1));
      const pushed = pushing.node("pushed", push.fire);
      words.write({ address: tail.wrap(addressBits), data: push.data, enable: pushed });
      pushing.when(pushed, () => {
        tail.set(nextTail);
        tailGray.set(gray(nextTail));
      });

      pop.valid.set(headGray.ne(tailSeen));
      pop.data.set(words.readAcross("front", { address: head.wrap(addressBits), domain: "pop" }));
      const nextHead = popping.node("nextHead", head.addWrap(1));
      popping.when(pop.fire, () => {
        head.set(nextHead);
        headGray.set(gray(nextHead));
      });
    },
  };
});

/** Neighbouring numbers differ in one bit. */
function gray(value: UIntSignal): UIntSignal {
  return value.xor(value.shiftRight(1).extend(value.width));
}

function below(value: UIntSignal, bits: number): UIntSignal[] {
  return bits === 0 ? [] : [value.bits(bits - 1, 0)];
}

/**
 * The words of `source`, a stream of the domain `from`, in the domain `to`, through a queue of `depth` words. Without `from`
 * or `to` that side has the module's own `clock`.
 */
export function crossed<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  options: { readonly from?: string; readonly to?: string; readonly depth: number },
): StreamSource<T> {
  refuseNoBuilder("crossed", m);
  checkOptions("crossed", "an object of from, to and depth", options, { from: true, to: true, depth: true });
  const { from = "", to = "", depth } = options;
  const push = packed(source);
  const domains = { push: from, pop: to };
  const { pop } = m.inst(name, asyncFifo, { depth, width: push.data.width }, { push }, { domains });
  return unpacked(source.type, pop);
}
