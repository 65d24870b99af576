/**
 * Lets signals and timers in while long work runs in this process: `take` waits for a turn of the event loop when the last
 * one is too long ago, and costs next to nothing otherwise.
 */
export class Turns {
  #last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.#last < 50) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#last = performance.now();
  }
}
