/** Milliseconds: a longer wait is no taking of turns, and a shorter one is worth staying awake for. */
const short = 0.3;
/** Turns that each way is tried for, and turns that the faster one is then kept for. */
const [tried, kept] = [64, 2048];

type Stage = "asleep" | "awake" | "faster";

/**
 * Waits for answers of another process. Whoever sleeps has to be woken, and on an idle core that takes longer than a short answer; but where
 * other work waits for the core, it is better to sleep. So one way is tried, then the other, and the faster one is kept for a while.
 */
export class Awake {
  readonly #now: () => number;
  readonly #soon: (look: () => void) => void;
  /** Questions without an answer. */
  #open = 0;
  #asked = 0;
  #answered = 0;
  #looking = false;
  #stage: Stage = "asleep";
  #turns = 0;
  #begun = 0;
  readonly #took = { asleep: 0, awake: 0 };

  /** `now`: a clock of milliseconds; `soon`: calls in the next turn of the event loop, before which it does not sleep. */
  constructor(now = () => performance.now(), soon: (look: () => void) => void = setImmediate) {
    this.#now = now;
    this.#soon = soon;
  }

  /** A question was sent. */
  asked(): void {
    this.#open++;
    this.#asked = this.#now();
    // Whoever asks ahead takes no turns, nor does whoever asks now and then.
    if (this.#open > 1 || this.#asked - this.#answered > short) this.#begin("asleep", this.#asked);
    else if (this.#stays && !this.#looking) this.#look();
  }

  /** An answer came. */
  answered(): void {
    this.#open--;
    this.#answered = this.#now();
    if (this.#stage !== "faster" && this.#turns + 1 === tried) {
      this.#took[this.#stage] = this.#answered - this.#begun;
      this.#begin(this.#stage === "asleep" ? "awake" : "faster", this.#answered);
    } else if (++this.#turns === kept) {
      this.#begin("asleep", this.#answered);
    }
  }

  get #stays(): boolean {
    if (this.#stage === "faster") return this.#took.awake < this.#took.asleep;
    return this.#stage === "awake";
  }

  /** With something to do at once, Node looks for answers without sleeping. */
  #look = (): void => {
    this.#looking = this.#open === 1 && this.#now() - this.#asked < short;
    if (this.#looking) this.#soon(this.#look);
  };

  #begin(stage: Stage, time: number): void {
    this.#stage = stage;
    this.#turns = 0;
    this.#begun = time;
  }
}
