import { printedCheck } from "./broken-check.ts";
import { printedEnd } from "./design-end.ts";
import { type SimulatorContext, type SimulatorFailure, simulatorError } from "./simulator-error.ts";

/** A simulator process, as far as its end is concerned. */
export interface SimulatorProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, with how it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  kill(): void;
}

/** Something asked of the simulator; `describe` says what, for errors, or which command of it. */
export interface Request {
  describe(command?: number): string;
}

interface Pending<R, A> {
  readonly request: R;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a simulator may take to write its waves and leave when asked. */
const graceMs = 5_000;

/**
 * The life of a simulator behind any transport: requests answered in order, a time limit for each, and every way to
 * fail turned into one error, after which no process is left.
 */
export class RequestQueue<R extends Request, A> {
  readonly #context: SimulatorContext;
  readonly #child: SimulatorProcess;
  readonly #timeoutMs: number;
  readonly #leave: () => void;
  readonly #pending: Pending<R, A>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  /** Resolves when the failure is known. */
  #failed: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** `leave` asks the simulator to end in its own time. */
  constructor(context: SimulatorContext, child: SimulatorProcess, timeoutMs: number, leave: () => void) {
    this.#context = context;
    this.#child = child;
    this.#timeoutMs = timeoutMs;
    this.#leave = leave;
    void child.ended.then((how) => this.#died(how));
  }

  /** Whether the simulation ended with an error. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** The request that the simulator is working on. */
  get current(): R | undefined {
    return this.#pending[0]?.request;
  }

  ask(request: R, send: () => void): Promise<A> {
    // What the failure really is shows when the process is gone.
    if (this.#failure !== undefined) return this.#failed.then(() => Promise.reject(this.#failure));
    if (this.#closing !== undefined) return Promise.reject(this.#closedError(request.describe()));
    return new Promise((resolve, reject) => {
      this.#pending.push({ request, resolve, reject });
      send();
      if (this.#pending.length === 1) this.#watch();
    });
  }

  /** The simulator has answered the current request. */
  answer(answer: A): void {
    if (this.#failure !== undefined) return;
    const current = this.#pending.shift();
    this.#watch();
    current?.resolve(answer);
  }

  /**
   * End the simulation with an error, which the caller hears when the process is gone. A simulator that still answers
   * may finish its file of waves first; where it tells the `edges` so far, it may have been a check of the design that ended it.
   */
  fail(
    code: SimulatorFailure,
    problem: string,
    details: { command?: number; answering?: boolean; edges?: number } = {},
  ): void {
    if (this.#failure !== undefined) return;
    const doing = this.current?.describe(details.command) ?? "nothing, waiting for commands";
    if (!details.answering) this.#child.kill();
    const finished = this.#end();
    this.#closing ??= finished;
    const expected = code === "command-failed" ? "success within the command's limit" : "an answer";
    // The error is made now but carries the last lines, which may still be on their way until the process is gone.
    this.#failure = simulatorError(this.#context, code, doing, problem, expected);
    this.#failed = finished.then(() => {
      const { edges } = details;
      const broken = edges === undefined ? undefined : printedCheck(this.#context, edges, doing);
      const ended = code === "simulator-died" ? printedEnd(this.#context, doing) : undefined;
      const error = broken ?? ended ?? simulatorError(this.#context, code, doing, problem, expected);
      this.#failure = error;
      for (const { reject } of this.#pending.splice(0)) reject(error);
    });
  }

  /** The line to the simulator is cut: no use in a process that lives on. `#died` reports it. */
  lost(): void {
    if (this.#closing !== undefined) return;
    const timer = setTimeout(() => this.#child.kill(), 1_000);
    void this.#child.ended.then(() => clearTimeout(timer));
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      // Busy with something that nobody waits for any more.
      if (this.#pending.length > 0) this.#child.kill();
      this.#closing = this.#end().then(() => {
        for (const { request, reject } of this.#pending.splice(0)) reject(this.#closedError(request.describe()));
      });
    }
    return this.#closing;
  }

  #died(how: string): void {
    if (this.#closing === undefined) this.fail("simulator-died", how);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#leave();
    const timer = setTimeout(() => this.#child.kill(), graceMs);
    await this.#child.ended;
    clearTimeout(timer);
  }

  /** The limit runs for the request that the simulator is working on, in one timer that is set anew for each. */
  #watch(): void {
    if (this.#pending.length === 0) return;
    if (this.#timer !== undefined) {
      this.#timer.refresh();
      return;
    }
    const limit = this.#timeoutMs;
    this.#timer = setTimeout(() => {
      if (this.#pending.length > 0) this.fail("simulator-hung", `no answer within ${limit} ms`);
    }, limit).unref();
  }

  #closedError(doing: string): Error {
    return simulatorError(this.#context, "simulator-died", doing, "the simulation was closed");
  }
}
