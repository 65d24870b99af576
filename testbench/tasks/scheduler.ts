import { UserError } from "../../sw-model/errors.ts";
import type { Clocking } from "./clocking.ts";
import { deadlock, misused, standing, TaskEnded, unfinished, type WaitingTask } from "./errors.ts";
import { type Outcome, subtree, type TaskNode, type Wait } from "./node.ts";
import type { Pins } from "./pins.ts";

type WaitOf<K extends Wait["kind"]> = TaskNode & { readonly wait: Extract<Wait, { kind: K }> };

/** A task that was ended may still wait so often, as in `finally`: each of these waits fails at once. */
const refusals = 1000;

/** So often may tasks go on without an edge and without a new input. */
const turnsWithoutTime = 100_000;

/** What tells the root of the tree apart from its children. */
export interface Birth {
  readonly path: string;
  readonly parent?: TaskNode;
  readonly clock: string;
  readonly background?: boolean;
  readonly propagates?: boolean;
}

/** Runs one task at a time until all wait, and brings the next edge then. */
export class Scheduler {
  readonly pins: Pins;
  readonly #top: string;
  readonly #clocking: Clocking;
  readonly #limit: number;
  readonly #cycles = new Map<string, number>();
  #edges = 0;
  /** How often tasks went on since the last edge or new input. */
  #turns = 0;
  /** Those that may go on, in order. */
  readonly #ready: { readonly node: TaskNode; go(): void }[] = [];
  #running: TaskNode | undefined;
  #quiet: () => void = () => {};
  /** All tasks, in the order of the forks. */
  #tasks: TaskNode[] = [];

  constructor(top: string, pins: Pins, clocking: Clocking, limit: number) {
    this.#top = top;
    this.pins = pins;
    this.#clocking = clocking;
    this.#limit = limit;
  }

  /** The task whose turn it is. */
  get running(): TaskNode | undefined {
    return this.#running;
  }

  cycle(clock: string): number {
    return this.#cycles.get(clock) ?? 0;
  }

  /** Runs the tree below this task to its end. */
  async run(root: TaskNode): Promise<unknown> {
    try {
      await this.#drain();
      while (!root.done) {
        if (!(await this.#look())) await this.#edge(root);
        await this.#drain();
      }
      await this.pins.flush();
    } catch (error) {
      // The simulation has failed, or the tasks cannot go on.
      if (root.done) throw error;
      this.#fail(root, error);
      await this.#drain();
    }
    if (root.failure) throw root.failure.error;
    return root.outcome && "value" in root.outcome ? root.outcome.value : undefined;
  }

  /** A new task, which starts when the running one waits. */
  spawn(birth: Birth, work: (node: TaskNode) => Promise<unknown>): TaskNode {
    const node: TaskNode = {
      path: birth.path,
      parent: birth.parent,
      clock: birth.clock,
      background: birth.background ?? false,
      propagates: birth.propagates ?? true,
      children: [],
      forks: 0,
      refused: 0,
      wait: undefined,
      resume: undefined,
      interrupt: undefined,
      failure: undefined,
      outcome: undefined,
      done: false,
    };
    birth.parent?.children.push(node);
    this.#tasks.push(node);
    this.#ready.push({
      node,
      go: () => {
        if (node.interrupt) this.#bodyDone(node, { error: node.interrupt });
        else
          work(node).then(
            (value) => this.#bodyDone(node, { value }),
            (error) => this.#bodyDone(node, { error }),
          );
      },
    });
    return node;
  }

  /** The running task waits. */
  wait(node: TaskNode, wait: Wait, words: string): Promise<unknown> {
    if (node.interrupt) return this.#refuse(node, node.interrupt);
    if (node.wait !== undefined || this.#running !== node) {
      const hint =
        "every wait is awaited at once, by the task that it belongs to; fork and combine are for two things at a time";
      const instead = node.wait ? `it waits ${node.wait.words}` : "it does not run";
      return this.#refuse(node, misused(node.path, `waits ${words} while ${instead}`, hint));
    }
    node.wait = { ...wait, words, since: this.cycle(node.clock) };
    const promise = new Promise<unknown>((give, fail) => {
      node.resume = { give, fail };
    });
    // Those tasks may be over by now.
    this.#wakeJoiner(node);
    this.#waits(node);
    return promise;
  }

  /** A wait fails at once. Who goes on waiting all the same would never let time pass: it stays in this wait, and has failed. */
  #refuse(node: TaskNode, error: Error): Promise<never> {
    node.refused++;
    if (node.refused <= refusals) return Promise.reject(error);
    const culprit = this.#running ?? node;
    if (!culprit.outcome) {
      const hint = "where waits are caught in a loop, leave the loop when one fails";
      const why = node.interrupt
        ? "was ended and goes on waiting"
        : `goes on waiting after ${refusals} waits that failed`;
      this.#bodyDone(culprit, { error: misused(node.path, why, hint) });
    }
    return new Promise(() => undefined);
  }

  /** Ends a task from outside. */
  end(node: TaskNode): void {
    if (node.done || node.interrupt) return;
    this.#interrupt(node, new TaskEnded(`${node.path} was ended`));
  }

  /** What the tasks of a tree wait for, but for those that wait for others of it. */
  waiting(root: TaskNode): WaitingTask[] {
    const all = [...subtree(root)].flatMap((node) =>
      node.wait
        ? [{ node, path: node.path, words: node.wait.words, edges: this.cycle(node.clock) - node.wait.since }]
        : [],
    );
    const leaves = all.filter(({ node }) => node.wait?.kind !== "tasks" && !node.background);
    return (leaves.length > 0 ? leaves : all).map(({ node: _, ...rest }) => rest);
  }

  async #drain(): Promise<void> {
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) {
      const { node, go } = next;
      if (node.done) continue;
      if (++this.#turns > turnsWithoutTime) {
        this.#turns = 0;
        this.#ready.unshift(next);
        throw standing(this.#top, node.path, turnsWithoutTime);
      }
      this.#running = node;
      const quiet = new Promise<void>((resolve) => {
        this.#quiet = resolve;
      });
      go();
      await quiet;
    }
    this.#tasks = this.#tasks.filter(({ done }) => !done);
  }

  #waits(node: TaskNode): void {
    if (this.#running !== node) return;
    this.#running = undefined;
    this.#quiet();
  }

  /** Lets a waiting task go on. One that is ended meanwhile hears of it at its next wait: what it waited for has come. */
  #give(node: TaskNode, value?: unknown): void {
    const { resume } = node;
    node.wait = undefined;
    node.resume = undefined;
    this.#ready.push({ node, go: () => resume?.give(value) });
  }

  #interrupt(node: TaskNode, error: Error): void {
    node.interrupt ??= error;
    if (node.wait) this.#throwInto(node, node.interrupt);
    else if (node.outcome) this.#close(node);
  }

  /** A task's own work is over. */
  #bodyDone(node: TaskNode, outcome: Outcome): void {
    node.outcome = outcome;
    if ("error" in outcome && outcome.error !== node.interrupt) node.failure ??= { error: outcome.error };
    this.#close(node);
    this.#waits(node);
  }

  /** Ends what is left below a task whose own work is over, and then the task. */
  #close(node: TaskNode): void {
    const left = node.children.filter(({ done }) => !done);
    const over =
      node.failure !== undefined || node.interrupt !== undefined || left.every(({ background }) => background);
    if (over) for (const child of left) this.end(child);
    // A child that was about to finish has finished this task, too.
    if (node.done || left.some(({ done }) => !done)) return;
    node.done = true;
    const { parent } = node;
    if (node.failure && node.propagates && parent) this.#fail(parent, node.failure.error);
    for (const other of this.#tasks) this.#wakeJoiner(other);
    if (parent?.outcome) this.#close(parent);
  }

  /** A child has failed, or the run: the task fails, and so ends its other children. */
  #fail(node: TaskNode, error: unknown): void {
    if (node.done) return;
    node.failure ??= { error };
    for (const child of node.children) this.end(child);
    this.#interrupt(node, error instanceof Error ? error : new Error(String(error)));
  }

  #wakeJoiner(node: TaskNode): void {
    const { wait } = node;
    if (wait?.kind !== "tasks") return;
    const finished = wait.of.filter(({ done }) => done);
    if (finished.length === wait.of.length || (!wait.all && finished.length > 0)) this.#give(node, finished);
  }

  #waitingFor<K extends Wait["kind"]>(...kinds: readonly K[]): WaitOf<K>[] {
    return this.#tasks.filter((node): node is WaitOf<K> => kinds.includes(node.wait?.kind as K));
  }

  /** Serves those that wait for values of this cycle; whether there were any who go on. */
  async #look(): Promise<boolean> {
    const readers = this.#waitingFor("read");
    const watchers = this.#waitingFor("condition").filter(({ wait }) => wait.stale || readers.length > 0);
    if (readers.length === 0 && watchers.length === 0) return false;
    const asking = [...readers, ...watchers];
    await this.pins.read(
      asking.flatMap(({ wait }) => wait.ports),
      this.#gates(),
    );
    let some = false;
    for (const node of this.#tasks) {
      const { wait } = node;
      if (wait === undefined || !asking.includes(node as (typeof asking)[number])) continue;
      if (wait.kind !== "read" && wait.kind !== "condition") continue;
      const values = await this.pins.read(wait.ports);
      if (wait.kind === "condition") {
        wait.stale = false;
        try {
          if (!wait.holds(values)) continue;
        } catch (error) {
          this.#throwInto(node, error);
          some = true;
          continue;
        }
      }
      some = true;
      this.#give(node, values);
    }
    return some;
  }

  /** Lets a waiting task fail. */
  #throwInto(node: TaskNode, error: unknown): void {
    const { resume } = node;
    node.wait = undefined;
    node.resume = undefined;
    this.#ready.push({ node, go: () => resume?.fail(error) });
  }

  /** The inputs have changed: conditions may hold now. */
  changed(): void {
    this.#turns = 0;
    for (const { wait } of this.#waitingFor("condition")) wait.stale = true;
  }

  #gates(): string[] {
    return this.#waitingFor("transfer").flatMap(({ wait }) => [...wait.gates]);
  }

  /** Nobody can go on in this cycle: the next edge of a clock, and who goes on after it. */
  async #edge(root: TaskNode): Promise<void> {
    const waiting = this.#waitingFor("cycles", "sample", "transfer");
    const watching = this.#waitingFor("condition").length > 0;
    if (waiting.length === 0 && (!watching || this.#clocking.still)) throw deadlock(this.#top, this.waiting(root));
    if (this.#edges >= this.#limit) throw unfinished(this.#top, this.#limit, this.waiting(root));

    const rising = this.#clocking.next();
    const risers = waiting.filter(({ clock }) => rising.includes(clock));
    const handing = await this.#open(risers);
    const sampling = risers.filter((node): node is WaitOf<"sample"> => node.wait.kind === "sample");
    await this.pins.read([...handing.flatMap(({ wait }) => wait.data), ...sampling.flatMap(({ wait }) => wait.ports)]);
    const results = new Map<TaskNode, bigint[]>();
    for (const node of handing) results.set(node, await this.pins.read(node.wait.data));
    for (const node of sampling) results.set(node, await this.pins.read(node.wait.ports));

    const counts = risers.flatMap(({ wait }) => (wait.kind === "cycles" ? [wait.left] : []));
    const alone = this.#clocking.counted && counts.length === waiting.length && !watching;
    const count = alone ? Math.min(...counts, this.#limit - this.#edges) : 1;
    await this.pins.edges(this.#clocking, rising, count);
    this.#edges += count;
    for (const name of rising) this.#cycles.set(name, this.cycle(name) + count);
    this.changed();

    for (const node of risers) {
      const { wait } = node;
      if (wait.kind === "cycles") {
        wait.left -= count;
        if (wait.left === 0) this.#give(node);
      } else if (results.has(node)) this.#give(node, results.get(node));
    }
  }

  /** The transfers whose gates are all open at this edge. */
  async #open(risers: readonly WaitOf<"cycles" | "sample" | "transfer">[]): Promise<WaitOf<"transfer">[]> {
    const open: WaitOf<"transfer">[] = [];
    await this.pins.read(risers.flatMap(({ wait }) => (wait.kind === "transfer" ? wait.gates : [])));
    for (const node of risers) {
      if (node.wait.kind !== "transfer") continue;
      const levels = await this.pins.read(node.wait.gates);
      if (levels.every((level) => level === 1n)) open.push(node as WaitOf<"transfer">);
    }
    return open;
  }
}

/** The value of a task that has finished, or its error. */
export function resultOf(node: TaskNode): unknown {
  if (node.failure) throw node.failure.error;
  if (node.outcome && "value" in node.outcome) return node.outcome.value;
  throw new UserError({ code: "bad-task", message: `${node.path} was ended, so it has no value`, where: node.path }, 1);
}
