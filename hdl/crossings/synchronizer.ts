/** One bit from another clock domain. */

import { HdlError } from "../errors.ts";
import { checkOptions } from "../messages/options.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { asynchronous, input, output } from "../ports.ts";
import { here } from "../position.ts";
import { refuseNoSignal, refuseNoWord } from "../signals/given.ts";
import type { LeafSignal } from "../signals/leaf.ts";
import { operandNote } from "../signals/notes.ts";
import { BitSignal, UIntSignal } from "../signals/signal.ts";
import { type BitType, bit, type LeafType, typeName, type UIntType, uint } from "../types.ts";

export interface SynchronizerParameters {
  readonly type: BitType | UIntType;
  /** Flip-flops in a row; two give a metastable first one a whole period to settle. */
  readonly stages: number;
  /** What its flip-flops are in reset; absent: they have none, and show what came before for some edges. */
  readonly reset?: number;
}

/** `value` as its registers' clock sees it, `stages` edges later. Of several bits at most one may change at a time. */
export const synchronizer = defineModule("synchronizer", ({ type, stages, reset }: SynchronizerParameters) => ({
  summary: "Flip-flops in a row, for a value from another clock domain.",
  ports: { value: input(type as BitType, { domain: asynchronous }), settled: output(type as BitType) },
  build({ value, settled }, m) {
    // All are marked, so that place and route keeps them together.
    let last: BitSignal = value;
    for (let i = 0; i < stages; i++) {
      const initial = reset === undefined ? {} : { reset: (type.kind === "bit" ? reset === 1 : reset) as boolean };
      const stage = m.reg(`stage${i}`, type as BitType, { ...initial, crossing: true });
      stage.set(last);
      last = stage;
    }
    settled.set(last);
  },
}));

/**
 * A bit of another domain, seen by the domain of `m` two edges later (`stages`, `reset` as in SynchronizerParameters). It must
 * come straight from a register: logic could glitch, and a glitch could be caught. `m` is the builder of the domain that reads.
 */
export function synchronize(m: Builder, name: string, value: BitSignal, options: SynchronizeOptions = {}): BitSignal {
  refuseNoSignal("synchronize", value);
  if (!(value instanceof BitSignal)) {
    const word = value as LeafSignal<LeafType>;
    throw new HdlError(
      {
        code: "clock-domain",
        message: `synchronize takes one bit: those of a ${typeName(word.type)} could each come an edge earlier or later.`,
        expected: "bit",
        found: typeName(word.type),
        hint: "Cross with `crossed` or `asyncFifo`; a number of which one bit changes at a time, with `synchronizeGray`.",
      },
      here(),
      [operandNote("value", word)],
    );
  }
  return synchronizeGray(m, name, value, options);
}

/** As in SynchronizerParameters. */
export interface SynchronizeOptions {
  readonly stages?: number;
  readonly reset?: number;
}

/** The same for a number of which at most one bit changes at an edge; for parts that count in Gray code. */
export function synchronizeGray<T extends BitSignal | UIntSignal>(
  m: Builder,
  name: string,
  value: T,
  options: SynchronizeOptions = {},
): T {
  const at = here();
  refuseNoBuilder("synchronizeGray", m);
  if (!(value instanceof BitSignal)) refuseNoWord("synchronizeGray", value, at);
  checkOptions("synchronize", "an object of options", options, { stages: true, reset: true }, at);
  const { stages = 2, reset } = options;
  if (!Number.isInteger(stages) || stages < 2) {
    throw new HdlError(
      {
        code: "clock-domain",
        message: `A synchroniser of ${stages} flip-flops is none.`,
        expected: "an integer of 2 or more",
        hint: "Two are usual; at a high frequency a third leaves more time to settle.",
      },
      at,
    );
  }
  const type = value instanceof UIntSignal ? uint(value.width) : bit;
  const { settled } = m.inst(
    name,
    synchronizer,
    { type, stages, ...(reset === undefined ? {} : { reset }) },
    { value: value as BitSignal },
  );
  return settled as T;
}
