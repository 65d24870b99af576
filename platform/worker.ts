import { join } from "node:path";
import { atEnd } from "./at-end.ts";
import { killChild, spawnChild } from "./children.ts";
import { packageRoot } from "./package-root.ts";
import { familyOf, processEntry, processTable } from "./process-table.ts";

/** How a worker ended. */
export interface WorkerResult {
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because it and its children took more memory than they may. */
  readonly outgrown: boolean;
}

/** Workers that run, by process id. */
const working = new Map<number, { outgrown: boolean; readonly bytes: number }>();
let hooked = false;
let watch: NodeJS.Timeout | undefined;

/** Memory is looked at so often; a process may take more than it may for so long. */
const watchMs = 250;

/**
 * Runs one of our own command lines in a process of its own, which may take `megabytes` of memory together with its children:
 * a bound for V8's heap, and on Linux a look at the whole family four times a second. A worker clears up by itself when it is
 * asked to end, so Ctrl-C asks it before anything is killed; it also ends when this process is gone.
 */
export async function runWorker(words: readonly string[], megabytes: number): Promise<WorkerResult> {
  if (!hooked) atEnd(endWorkers, "workers");
  hooked = true;
  // The heap is most of what a worker takes; the rest of its share is for code, WebAssembly and children.
  const heap = `--max-old-space-size=${Math.floor(megabytes * 0.7)}`;
  const child = spawnChild(process.execPath, [heap, join(packageRoot(), "bin", "whittle"), ...words], {
    stdin: "ignore",
    ipc: true,
    maxBuffer: 50_000_000,
  });
  const state = { outgrown: false, bytes: megabytes * 2 ** 20 };
  const { pid } = child;
  if (pid !== undefined) working.set(pid, state);
  watch ??= setInterval(endOutgrown, watchMs).unref();
  try {
    const { exitCode, stdout, stderr } = await child;
    return {
      ...(exitCode === undefined ? {} : { exitCode }),
      stdout: String(stdout ?? ""),
      stderr: String(stderr ?? ""),
      outgrown: state.outgrown || /JavaScript heap out of memory/.test(String(stderr)),
    };
  } finally {
    if (pid !== undefined) working.delete(pid);
    if (working.size === 0) {
      clearInterval(watch);
      watch = undefined;
    }
  }
}

/** To be called at the start of a command line: when a process that runs it as a worker is gone, it ends too. */
export function endWithParent(): void {
  if (!process.channel) return;
  process.once("disconnect", () => process.exit(130));
  // Listening alone must not keep it alive.
  process.channel.unref();
}

function endOutgrown(): void {
  const table = processTable();
  for (const [pid, state] of working) {
    const taken = familyOf(pid, table).reduce((sum, { memory }) => sum + memory, 0);
    if (taken <= state.bytes) continue;
    state.outgrown = true;
    endFamily(pid);
  }
}

/** Asks every worker to end, waits a little, and ends those that do not. Synchronous: this process is about to exit. */
function endWorkers(): void {
  const pids = [...working.keys()];
  for (const pid of pids) signal(pid, "SIGTERM");
  const last = performance.now() + 600;
  const tick = new Int32Array(new SharedArrayBuffer(4));
  while (performance.now() < last && pids.some(runs)) Atomics.wait(tick, 0, 0, 10);
  for (const pid of pids.filter(runs)) endFamily(pid);
}

/** Each child of a worker leads a group of its own. */
function endFamily(pid: number): void {
  for (const entry of familyOf(pid)) killChild(entry.pid);
  killChild(pid);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** One that has ended counts as there until its end is noticed, which is later; the process table knows better. */
const runs = (pid: number) => signal(pid, 0) && processEntry(pid)?.state !== "Z";
