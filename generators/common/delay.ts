import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  input,
  output,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";

export interface DelayParameters {
  /** Bits of the value. */
  readonly width: number;
  /** Clock edges, 1 or more. */
  readonly stages: number;
}

/** A value some edges later. Without a reset, so that an FPGA may use shift registers made of look-up tables. */
export const delay = defineModule("delay", ({ width, stages }: DelayParameters) => ({
  summary: `${width} bits, ${stages} edges later.`,
  ports: { early: input(uint(width)), late: output(uint(width)) },
  build({ early, late }, m) {
    const line = m.reg("line", uint(width * stages));
    line.set(stages === 1 ? early : concat(line.bits(width * (stages - 1) - 1, 0), early));
    late.set(line.bits(width * stages - 1, width * (stages - 1)));
  },
}));

/** A flag some edges later; low after reset. */
export const flagDelay = defineModule("flag_delay", ({ stages }: { stages: number }) => ({
  summary: `A flag, ${stages} edges later.`,
  ports: { early: input(bit), late: output(bit) },
  build({ early, late }, m) {
    const line = m.reg("line", uint(stages), { reset: 0 });
    line.set(stages === 1 ? concat(early) : concat(line.bits(stages - 2, 0), early));
    late.set(line.bit(stages - 1));
  },
}));

/** The value after some edges; after none itself. */
export function delayed(m: Builder, name: string, value: UIntSignal, stages: number): UIntSignal {
  return stages === 0 ? value : m.inst(name, delay, { width: value.width, stages }, { early: value }).late;
}

/** As `delayed`, for a flag that is low after reset. */
export function flagDelayed(m: Builder, name: string, flag: BitSignal, stages: number): BitSignal {
  return stages === 0 ? flag : m.inst(name, flagDelay, { stages }, { early: flag }).late;
}
