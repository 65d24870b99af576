/** A test bench of tasks. */
import { bit, connect, defineModule, input, output, queued, stream, uint } from "../hdl/index.ts";
import {
  designOf,
  pausing,
  receiveRows,
  Scoreboard,
  sendRows,
  streamNames,
  testDesign,
  watchRows,
} from "../testbench/index.ts";

// #region queue
/** A queue of four words, and whether it is full. */
const queue = defineModule("queue", (_: Record<never, never>) => ({
  ports: { a: input(stream(uint(8))), b: output(stream(uint(8))), full: output(bit) },
  build({ a, b, full }, m) {
    connect(b, queued(m, "held", a, 4));
    full.set(a.ready.not());
  },
}));

const [a, b] = [streamNames("a"), streamNames("b")];

export const story = () =>
  testDesign("wasm", designOf(queue, {}), async (task) => {
    const lines: string[] = [];
    const says = (line: string) => lines.push(`cycle ${task.cycle}: ${line}`);

    // Watches to the end of the test.
    const monitor = async (own: typeof task) => {
      for (;;) says(`${await own.transfer(b)} leaves`);
    };
    task.fork(monitor, { background: true });
    task.fork(async function producer({ in: inputs, transfer }) {
      for (const word of [1, 2, 3, 4, 5, 6]) {
        inputs.a = { valid: true, data: word };
        await transfer(a);
      }
      inputs.a.valid = false;
      says("all words are in");
    });
    await task.timeout(20, ({ rising }) => rising("full"));
    says("full");

    await task.cycles(3);
    task.in.b.ready = true;
    await task.until("b_valid", 0);
    return lines.join("\n");
  });
// #endregion

// #region stuck
export const stuck = () =>
  testDesign("wasm", designOf(queue, {}), ({ timeout }) =>
    timeout(50, async function consumer({ combine }) {
      await combine([({ transfer }) => transfer(b), ({ rising }) => rising("full")]);
    }),
  ).catch((error: Error) => error.message);
// #endregion

// #region agents
export const checked = () =>
  testDesign("wasm", designOf(queue, {}), async (task) => {
    const board = new Scoreboard<bigint>("queue");
    task.fork((own) => watchRows(own, a, ([word]) => board.expect(word)), { background: true });
    task.fork((own) => watchRows(own, b, ([word]) => board.observe(word)), { background: true });
    const rows = Array.from({ length: 1000 }, () => [Math.floor(task.random.between(0, 256))]);
    await task.combine([
      (own) => sendRows(own, a, rows, { pause: pausing(0.3) }),
      (own) => receiveRows(own, b, rows.length, { pause: pausing(0.2) }),
    ]);
    board.finish();
    return `${board.seen} words in ${task.cycle} cycles`;
  });
// #endregion
