import { execa, type Options, type ResultPromise } from "execa";
import { atEnd } from "./at-end.ts";

/** What every child runs with: its own process group, so that its own children end with it. */
const groupOptions = { detached: true, cleanup: false, reject: false } as const;

const running = new Set<number>();
let hooked = false;

/**
 * Start a program that cannot outlive this process: it is killed, with all that it started, when this process exits
 * or gets SIGINT, SIGTERM or SIGHUP. The promise never rejects; look at `failed` and `exitCode` of its result.
 */
export function spawnChild<const O extends Options>(file: string, args: readonly string[], options: O) {
  if (!hooked) atEnd(killAll, "first");
  hooked = true;
  const child = execa(file, args, { ...options, ...groupOptions }) as ResultPromise<O & typeof groupOptions>;
  const { pid } = child;
  if (pid !== undefined) {
    running.add(pid);
    const forget = () => void running.delete(pid);
    child.then(forget, forget);
  }
  return child;
}

/** Kill a child and everything in its process group, at once. Harmless when it has ended. */
export function killChild(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

/** The result of a child, which is killed when it has not ended after `timeoutMs`; `late` tells whether it was. */
export async function within<R>(
  child: PromiseLike<R> & { readonly pid?: number | undefined },
  timeoutMs: number,
): Promise<{ readonly result: R; readonly late: boolean }> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killChild(child.pid);
  }, timeoutMs);
  const result = await child;
  clearTimeout(timer);
  return { result, late };
}

/** Process ids of the children that have not ended. */
export function runningChildren(): readonly number[] {
  return [...running];
}

/** The last lines of a program's output, blank ones dropped. */
export function lastLines(text: string, count = 12): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}

function killAll(): void {
  for (const pid of running) killChild(pid);
}
