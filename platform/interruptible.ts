import { setImmediate as nextTurn } from "node:timers/promises";
import { isNativeError } from "node:util/types";
import { type Context, createContext, Script } from "node:vm";
import { isMainThread } from "node:worker_threads";

/** Made when first needed; `work` is what to do next. */
let context: Context | undefined;
const script = new Script("work()");

/**
 * Does work that takes long without giving way to events, such as a golden model of a large operation. Node sees signals only
 * between events; here Ctrl-C takes effect at once: the handlers of SIGINT run. What work does after its first `await` is not
 * part of it. Not for many short pieces: a signal that comes in the microseconds before a piece begins is lost.
 */
export async function interruptible<T>(work: () => T): Promise<Awaited<T>> {
  // Without a handler Ctrl-C ends the process as it is; a worker thread gets no signals.
  if (!isMainThread || process.listenerCount("SIGINT") === 0) return await work();
  // Node forgets a signal that it has not told the handlers yet when it puts them aside.
  await nextTurn();
  context ??= createContext({});
  context.work = work;
  try {
    return await script.runInContext(context, { breakOnSigint: true });
  } catch (error) {
    if (isInterruption(error)) process.emit("SIGINT");
    throw error;
  }
}

/** It is an `Error` of the script's own context. */
function isInterruption(error: unknown): boolean {
  return isNativeError(error) && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
