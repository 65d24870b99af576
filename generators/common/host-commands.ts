import { type BitSignal, type Builder, bit, concat, type UIntSignal, uint } from "../../hdl/index.ts";
import { pulsed, type Register, shown, written } from "./registers.ts";

/** The registers that every engine behind a load stream has: interrupt and errors, and what goes on. */
export const hostRegisters = {
  control: {
    name: "CONTROL",
    help: "Interrupt and errors.",
    fields: [
      written("enableInterrupt", 1, "the pin irq follows done"),
      pulsed("clearDone", 1, "done becomes 0"),
      pulsed("clearBadLoad", 1, "badLoad becomes 0"),
    ],
  },
  /** `refused`: the registers that take no command meanwhile; `ends`: what `done` tells of. */
  status: (refused: string, ends: string): Register => ({
    name: "STATUS",
    help: `What goes on. ${refused} are refused unless ready is 1 and loading is 0.`,
    fields: [
      shown("ready", 1, "no command is carried out"),
      shown("loading", 1, "a packet of the load stream has begun and not ended"),
      shown("done", 1, ends),
      shown("badLoad", 1, "words of a packet had no place; they were dropped"),
    ],
  }),
  cycles: {
    name: "CYCLES",
    help: "Clocks that the last RUN took.",
    fields: [shown("runCycles", 32, "clocks that the last RUN took")],
  },
} as const;

/** The commands RUN and READ of an engine, from the write of a register to the interrupt: what goes on, and how long a run takes. */
export class HostCommands {
  readonly #m: Builder;
  readonly #active;
  readonly #running;
  readonly #done;
  readonly #badLoad;
  readonly #cycles;
  /** To be driven: the engine is at work; a packet is under way. */
  readonly busy;
  readonly loading;
  /** A command may begin. */
  readonly quiet: BitSignal;
  /** The fields of STATUS and CYCLES. */
  readonly status: Readonly<Record<string, UIntSignal>>;

  constructor(m: Builder) {
    this.#m = m;
    this.#active = m.reg("active", bit, { reset: false });
    this.#running = m.reg("running", bit, { reset: false });
    this.#done = m.reg("done", bit, { reset: false });
    this.#badLoad = m.reg("badLoad", bit, { reset: false });
    this.#cycles = m.reg("cycles", uint(32), { reset: 0 });
    this.busy = m.wire("busy", bit);
    this.loading = m.wire("loading", bit);
    const ready = m.node("ready", this.#active.or(this.busy).not());
    this.quiet = m.node("quiet", ready.and(this.loading.not()));
    const of = (value: BitSignal) => concat(value);
    this.status = {
      ...{ ready: of(ready), loading: of(this.loading), done: of(this.#done), badLoad: of(this.#badLoad) },
      runCycles: this.#cycles,
    };
  }

  /**
   * Follows the commands: `run` and `read` for a clock as they are taken, at whose end the engine is busy. With `settled` the end waits
   * for that, too. `bad`: a word had no place. Gives the interrupt.
   */
  follow(
    commands: Readonly<Record<string, UIntSignal>>,
    { run, read, bad, settled }: { run: BitSignal; read: BitSignal; bad: BitSignal; settled?: BitSignal },
  ): BitSignal {
    const m = this.#m;
    const idle = this.#active.and(this.busy.not());
    const ended = m.node("ended", settled ? idle.and(settled) : idle);
    m.when(this.#running.and(this.busy), () => this.#cycles.set(this.#cycles.addWrap(1)));
    m.when(run.or(read), () => {
      this.#active.set(true);
      this.#running.set(run);
      this.#done.set(false);
    }).elseWhen(ended, () => {
      this.#active.set(false);
      this.#done.set(true);
    });
    m.when(run, () => this.#cycles.set(0));
    m.when(commands.clearDone.bit(0), () => this.#done.set(false));
    m.when(commands.clearBadLoad.bit(0), () => this.#badLoad.set(false));
    m.when(bad, () => this.#badLoad.set(true));
    return this.#done.and(commands.enableInterrupt.bit(0));
  }
}
