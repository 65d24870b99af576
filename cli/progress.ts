import type { Output } from "./output.ts";

/** A counter that says where a long loop is: rewritten in place on a terminal, a line every tenth elsewhere. */
export function countProgress(output: Output, total: number, what: string): (done: number) => void {
  const live = process.stderr.isTTY === true;
  let lastShown = 0;
  return (done) => {
    if (live) {
      const now = performance.now();
      if (now - lastShown < 100 && done < total) return;
      lastShown = now;
      process.stderr.write(`\r  ${done} of ${total} ${what}${done === total ? "\n" : ""}`);
    } else if (done === total || Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total)) {
      output.log(`  ${done} of ${total} ${what}`);
    }
  };
}
