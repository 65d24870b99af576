import { UserError } from "../../sw-model/errors.ts";

/** What a task waits for, in words. */
export interface WaitingTask {
  readonly path: string;
  readonly words: string;
  /** Edges that it has waited for so far. */
  readonly edges: number;
}

/** Thrown within a task that is ended from outside; nobody hears of it. */
export class TaskEnded extends Error {
  override readonly name = "TaskEnded";
}

/** No task will ever go on (exit status 1). */
export function deadlock(top: string, waiting: readonly WaitingTask[]): UserError {
  return failed("deadlock", `the tasks on ${top} wait for each other`, top, "a task that can go on", waiting);
}

/** The tasks have not finished within the limit of the run (exit status 1). */
export function unfinished(top: string, limit: number, waiting: readonly WaitingTask[]): UserError {
  const hint = "a limit belongs to runTasks: { limit: … }";
  return failed(
    "tasks-unfinished",
    `the tasks on ${top} have not finished after ${limit} edges`,
    top,
    "an end",
    waiting,
    hint,
  );
}

/** Tasks go on and on within one cycle (exit status 1). */
export function standing(top: string, path: string, turns: number): UserError {
  return new UserError(
    {
      code: "no-time-passes",
      message: `the tasks on ${top} went on ${turns} times without an edge or a new input, ${path} the last`,
      where: path,
      expected: "tasks that wait for an edge",
      hint: "a loop needs a wait that takes time: cycles, sample, transfer, rising or falling",
    },
    1,
  );
}

/** A `timeout` has run out (exit status 1). */
export function timedOut(path: string, cycles: number, waiting: readonly WaitingTask[]): UserError {
  return failed("time-out", `${path} has not finished within ${cycles} edges`, path, "an end in time", waiting);
}

/** A task is used as it cannot be. */
export function misused(path: string, message: string, hint: string): UserError {
  return new UserError({ code: "bad-task", message: `${path} ${message}`, where: path, hint }, 1);
}

function failed(
  code: string,
  message: string,
  where: string,
  expected: string,
  waiting: readonly WaitingTask[],
  hint?: string,
): UserError {
  const found = waiting.map(({ path, words, edges }) => `${path} waits ${words} (for ${edges} edges)`);
  return new UserError(
    {
      code,
      message: `${message}: ${found.join("; ")}`,
      where,
      expected,
      found: found.join("\n"),
      ...(hint === undefined ? {} : { hint }),
    },
    1,
  );
}
