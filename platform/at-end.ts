const cleanups = { workers: new Set<() => void>(), first: new Set<() => void>(), later: new Set<() => void>() };
const fatalSignals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
let hooked = false;

/**
 * Have something done when this process exits or gets SIGINT, SIGTERM or SIGHUP. It must be synchronous. `workers` (asking
 * those to end that clear up by themselves) comes before what is `first` (ending children), and that before what is
 * `later` (removing what they write). Returns how to take it back.
 */
export function atEnd(cleanup: () => void, order: keyof typeof cleanups = "later"): () => void {
  hook();
  cleanups[order].add(cleanup);
  return () => void cleanups[order].delete(cleanup);
}

function runAll(): void {
  for (const cleanup of [...cleanups.workers, ...cleanups.first, ...cleanups.later]) {
    try {
      cleanup();
    } catch {
      // The others must still run, and there is nobody left to tell.
    }
  }
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  process.on("exit", runAll);
  for (const signal of fatalSignals) {
    const onSignal = () => {
      runAll();
      // A listener replaces the default action; restore it unless somebody else handles the signal.
      if (process.listenerCount(signal) > 1) return;
      process.removeListener(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}
