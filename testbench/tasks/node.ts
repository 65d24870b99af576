import type { TaskEnded } from "./errors.ts";

/** What a task waits for. Values come to `give`. */
export type Wait =
  | { readonly kind: "cycles"; left: number }
  | { readonly kind: "sample"; readonly ports: readonly string[] }
  /** The next edge at which all gates are 1, and the data right before it. */
  | { readonly kind: "transfer"; readonly gates: readonly string[]; readonly data: readonly string[] }
  | { readonly kind: "read"; readonly ports: readonly string[] }
  /** Looked at whenever all tasks wait and something has changed. */
  | {
      readonly kind: "condition";
      readonly ports: readonly string[];
      holds(values: readonly bigint[]): boolean;
      stale: boolean;
    }
  /** One of these tasks, or all of them, to finish. */
  | { readonly kind: "tasks"; readonly of: readonly TaskNode[]; readonly all: boolean };

/** How the work of a task ended. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A task in the tree of tasks. */
export interface TaskNode {
  readonly path: string;
  readonly parent: TaskNode | undefined;
  readonly clock: string;
  readonly background: boolean;
  /** Whether its failure is one of its parent, or only of who waits for it. */
  readonly propagates: boolean;
  readonly children: TaskNode[];
  forks: number;
  /** Waits that failed at once. */
  refused: number;
  /** Waiting: the tasks may go on without it. */
  wait: (Wait & { readonly words: string; readonly since: number }) | undefined;
  /** Lets it go on after its wait, or in the first place. */
  resume: { give(value: unknown): void; fail(error: unknown): void } | undefined;
  /** Every wait fails with this from now on: it was ended, or a child has failed. */
  interrupt: TaskEnded | Error | undefined;
  failure: { readonly error: unknown } | undefined;
  /** Its own work is over; children may be left. */
  outcome: Outcome | undefined;
  done: boolean;
}

/** The tasks of a tree, parents before children, in the order of the forks. */
export function* subtree(node: TaskNode): Generator<TaskNode> {
  yield node;
  for (const child of node.children) yield* subtree(child);
}
