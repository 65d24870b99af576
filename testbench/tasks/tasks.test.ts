import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  bit,
  connect,
  crossed,
  defineModule,
  fixed,
  input,
  output,
  queued,
  record,
  sint,
  stream,
  uint,
} from "../../hdl/index.ts";
import { UserError } from "../../sw-model/errors.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import { startLockstep } from "../lockstep/index.ts";
import type { Command, Simulation } from "../simulation.ts";
import { runTasks, type Task, testDesign } from "./index.ts";

const counter = designOf(
  defineModule("counter", (_: Record<never, never>) => ({
    ports: { go: input(bit), step: input(sint(4)), count: output(sint(40)), high: output(bit) },
    build({ go, step, count, high }, m) {
      const total = m.reg("total", sint(40), { reset: 0 });
      m.when(go, () => total.set(total.add(step).wrap(40)));
      count.set(total);
      high.set(total.gt(4));
    },
  })),
  {},
);
const queue = designOf(
  defineModule("queue", (_: Record<never, never>) => ({
    ports: { a: input(stream(uint(8))), b: output(stream(uint(8))) },
    build({ a, b }, m) {
      connect(b, queued(m, "held", a, 4));
    },
  })),
  {},
);
type Counter = Task<NonNullable<(typeof counter)["declared"]>>;
const onCounter = <T>(work: (task: Counter) => Promise<T>, limit = 1000) =>
  testDesign("wasm", counter, work, { limit });

async function failure(work: Promise<unknown>): Promise<UserError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("this should have failed");
}

describe.each(["wasm", "verilator", "icarus", "lockstep"] as const)("tasks on %s", (engine) => {
  const run = async <T>(work: (task: Counter) => Promise<T>): Promise<T> => {
    if (engine !== "lockstep") return await testDesign(engine, counter, work);
    const simulation = await startLockstep(counter, ["verilator", "icarus"]);
    try {
      return await runTasks(simulation, work);
    } finally {
      await simulation.close();
    }
  };

  it("drive typed ports, wait for edges, values and each other", async () => {
    const log = await run(async (task) => {
      const log: string[] = [];
      const says = (what: string) => log.push(`${task.cycle} ${what}`);
      task.fork(async ({ rising, falling }) => {
        await rising("high");
        says("rose");
        await falling("high");
        says("fell");
      });
      task.in.go = true;
      task.in.step = 3;
      expect(await task.until("count", 9)).toBe(3);
      says("nine");
      task.in.step = -8;
      const [before, high] = await task.sample("count", "high");
      says(`sampled ${before} ${high}`);
      const count = await task.read("count");
      expectTypeOf(count).toEqualTypeOf<bigint>();
      expect(count).toBe(1n);
      expect(await task.until(["count"], (value) => BigInt.asIntN(40, value) < -20n)).toBe(3);
      expect(await task.peek("count")).toBe(BigInt.asUintN(40, -23n));
      task.in.go = false;
      await task.cycles(500);
      expect(await task.read("count")).toBe(-23n);
      return log;
    });
    expect(log).toEqual(["2 rose", "3 nine", "4 sampled 9 1", "4 fell"]);
  });
});

describe("a stream", () => {
  it.each(["wasm", "verilator", "icarus"] as const)("hands over all rows at random times, on %s", async (engine) => {
    const simulation = await startSimulation(engine, queue);
    const [a, b] = ["a", "b"].map((name) => ({
      valid: `${name}_valid`,
      ready: `${name}_ready`,
      data: [`${name}_data`],
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(255), { maxLength: 20 }), fc.nat(), async (rows, seed) => {
        const received = await runTasks(
          simulation,
          async ({ combine }) => {
            const [, got] = await combine([
              async function source(task) {
                for (const row of rows) {
                  await task.cycles(Math.floor(task.random.between(0, 3)));
                  task.in.a = { valid: true, data: row };
                  await task.transfer(a);
                  task.in.a.valid = false;
                }
              },
              async function sink(task) {
                const got: bigint[] = [];
                while (got.length < rows.length) {
                  task.in.b = { ready: false };
                  await task.cycles(Math.floor(task.random.between(0, 3)));
                  task.in.b.ready = true;
                  got.push(...(await task.transfer(b)));
                }
                task.in.b.ready = false;
                return got;
              },
            ]);
            return got;
          },
          { seed },
        );
        expect(received).toEqual(rows.map(BigInt));
      }),
      { numRuns: 15 },
    );
    await simulation.close();
  });
});

describe("order and randomness", () => {
  it("are the same for the same seed", async () => {
    const run = (seed: number) =>
      testDesign(
        "wasm",
        counter,
        async (task) => {
          const log: string[] = [];
          for (const name of ["a", "b", "c"]) {
            task.fork(
              async ({ cycles, random }) => {
                for (let i = 0; i < 10; i++) {
                  await cycles(Math.floor(random.between(0, 3)));
                  // What others await does not change the order.
                  if (name === "b") await new Promise((resolve) => setTimeout(resolve));
                  log.push(`${task.cycle} ${name}`);
                }
              },
              { name },
            );
          }
          await task.cycles(40);
          return log;
        },
        { seed },
      );
    const logs = await Promise.all([7, 7, 8].map(run));
    expect(logs[0]).toEqual(logs[1]);
    expect(logs[2]).not.toEqual(logs[0]);
    expect(logs[0]).toHaveLength(30);
  });

  it("runs children after what forked them waits, and then in the order of the forks", async () => {
    const log: string[] = [];
    await onCounter(async ({ fork, cycles }) => {
      for (const name of ["one", "two"]) {
        fork(async (task) => {
          log.push(name);
          await task.cycles(1);
          log.push(`${name} after`);
        });
      }
      log.push("parent");
      await cycles(1);
      log.push("parent after");
    });
    expect(log).toEqual(["parent", "one", "two", "parent after", "one after", "two after"]);
  });
});

describe("structure", () => {
  it("a task ends no earlier than its children, but ends those in the background", async () => {
    const log: string[] = [];
    await onCounter(async ({ fork }) => {
      fork(
        async ({ cycles }) => {
          try {
            for (;;) await cycles(1);
          } finally {
            log.push("monitor ended");
          }
        },
        { background: true },
      );
      fork(async (task) => {
        await task.cycles(5);
        log.push(`child ${task.cycle}`);
      });
      log.push("parent");
    });
    expect(log).toEqual(["parent", "child 5", "monitor ended"]);
  });

  it("a failed child fails its parent and ends its siblings, once their finally has run", async () => {
    const log: string[] = [];
    const boom = new Error("boom");
    const run = onCounter(async function outer(task) {
      task.fork(async ({ cycles, poke }) => {
        try {
          await cycles(100);
        } finally {
          poke("go", 0);
          await cycles(1).catch((error: Error) => log.push(error.name));
          log.push(`sibling ended in cycle ${task.cycle}`);
        }
      });
      task.fork(async ({ fork, cycles }) => {
        fork(async (inner) => {
          await inner.cycles(3);
          throw boom;
        });
        await cycles(50);
        log.push("never");
      });
      try {
        await task.cycles(100);
      } catch (error) {
        expect(error).toBe(boom);
        log.push("parent");
      }
    });
    await expect(run).rejects.toBe(boom);
    expect(log).toEqual(["TaskEnded", "sibling ended in cycle 3", "parent"]);
  });

  it("race gives the first, ends the others; combine all; timeout in time", async () => {
    const log: string[] = [];
    const lasting = (edges: number) => async (task: Counter) => {
      try {
        await task.cycles(edges);
        return edges;
      } finally {
        log.push(`${edges} at ${task.cycle}`);
      }
    };
    await onCounter(async ({ race, combine, timeout, fork }) => {
      expect(await race([lasting(5), lasting(3), lasting(4)])).toBe(3);
      expect(await combine([lasting(2), async () => "two"])).toEqual([2, "two"]);
      expect(await timeout(4, lasting(4))).toBe(4);
      const forked = fork(lasting(6));
      expect(forked.done).toBe(false);
      expect(await forked.join()).toBe(6);
      expect(await forked.join()).toBe(6);
      const failed = combine([
        lasting(100),
        async ({ cycles }) => {
          await cycles(1);
          throw new Error("caught");
        },
      ]);
      await expect(failed).rejects.toThrow("caught");
      const ended = fork(lasting(100));
      ended.end();
      expect((await failure(ended.join())).message).toMatch(/was ended, so it has no value/);
    });
    expect(log).toEqual(["3 at 3", "5 at 3", "4 at 3", "2 at 5", "4 at 9", "6 at 15", "100 at 16"]);
  });
});

describe("what goes wrong", () => {
  it("a time-out says what was waited for, and may be caught", async () => {
    await onCounter(async ({ timeout, cycles, cycle }) => {
      expect(cycle).toBe(0);
      await cycles(2);
      const error = await failure(
        timeout(10, async function driver({ combine }) {
          await combine([({ until }) => until("count", 5), ({ rising }) => rising("high")]);
        }),
      );
      expect(error.exitStatus).toBe(1);
      expect(error.details).toMatchObject({
        code: "time-out",
        message:
          "test.timeout.driver has not finished within 10 edges: test.timeout.driver.combine.task 1 waits until count = 5 (for 10 edges); test.timeout.driver.combine.task 2 waits until high rises (for 10 edges)",
        where: "test.timeout.driver",
      });
    });
  });

  it("tasks that wait for ever", async () => {
    const error = await failure(
      onCounter(async function main({ fork, until }) {
        fork(({ transfer }) => transfer({ valid: "high", ready: "go", data: ["count"] }), { name: "sink" });
        await until("count", 1);
      }, 300),
    );
    expect(error.details).toMatchObject({
      code: "tasks-unfinished",
      message:
        "the tasks on counter have not finished after 300 edges: main waits until count = 1 (for 300 edges); main.sink waits for high and go (for 300 edges)",
    });
  });

  it("tasks that wait for each other, or for logic without a clock", async () => {
    const circle = await failure(
      onCounter(async ({ fork }) => {
        const first = fork(async (): Promise<void> => await second.join(), { name: "first" });
        const second = fork(async (): Promise<void> => await first.join(), { name: "second" });
      }),
    );
    expect(circle.details).toMatchObject({
      code: "deadlock",
      found: "test.first waits for test.second (for 0 edges)\ntest.second waits for test.first (for 0 edges)",
    });
    const wire = designOf(
      defineModule("inverter", (_: Record<never, never>) => ({
        ports: { a: input(bit), b: output(bit) },
        build: ({ a, b }) => b.set(a.not()),
      })),
      {},
    );
    const work = async (task: Task<NonNullable<typeof wire.declared>>) => {
      expect(await task.read("b")).toBe(true);
      await task.until("b", 0);
    };
    expect((await failure(testDesign("wasm", wire, work))).message).toMatch(/until b = 0/);
  });

  it("two waits of one task at once, and the hands of another task", async () => {
    const twice = onCounter(async ({ cycles, until }) => {
      await Promise.all([cycles(3), until("count", 1)]);
    });
    expect((await failure(twice)).message).toBe("test waits until count = 1 while it waits for 3 edges");
    const others = onCounter(async ({ cycles, fork }) => {
      fork(() => cycles(1));
      await cycles(5);
    });
    expect((await failure(others)).details.code).toBe("bad-task");
  });

  it("ports and values that are not there, predicates that throw, and simulators that die", async () => {
    expect((await failure(onCounter(({ until }) => until("cuont", 1)))).details.code).toBe("unknown-port");
    await expect(onCounter(async ({ poke }) => poke("go", 2))).rejects.toThrow("value does not fit go");
    await expect(
      onCounter(async (task) => {
        task.in.step = 9;
      }),
    ).rejects.toThrow(/in\.step/);
    const broken = onCounter(async ({ until }) => {
      await until(["count"], () => {
        throw new Error("predicate");
      });
    });
    await expect(broken).rejects.toThrow("predicate");
    const simulation = await startSimulation("icarus", counter);
    const ended: string[] = [];
    const dying = runTasks(simulation, async ({ cycles, sample }) => {
      try {
        await cycles(3);
        await simulation.close();
        await sample("count");
      } finally {
        ended.push("finally");
      }
    });
    expect((await failure(dying)).message).toMatch(/the simulation was closed/);
    expect(ended).toEqual(["finally"]);
  });
});

describe("messages", () => {
  /** Counts what goes to the engine. */
  const counted = (simulation: Simulation) => {
    const messages: (readonly Command[])[] = [];
    const { execute } = simulation;
    simulation.execute = (commands) => {
      messages.push(commands);
      return execute.call(simulation, commands);
    };
    return messages;
  };

  it("are one for any number of edges that nobody looks at, and one for each edge that somebody does", async () => {
    const simulation = await startSimulation("wasm", counter);
    const messages = counted(simulation);
    await runTasks(simulation, async ({ cycles, poke, combine }) => {
      poke("go", 1);
      poke("step", 1);
      await combine([(task) => task.cycles(30), (task) => task.cycles(20)]);
      await cycles(50);
    });
    expect(messages).toHaveLength(1);
    expect(simulation.edges).toBe(80);
    await runTasks(simulation, ({ until }) => until("count", 100));
    expect(messages.length).toBeLessThanOrEqual(1 + 21);
    await simulation.close();
  });
});

describe("two clocks of unrelated periods", () => {
  const crossing = designOf(
    defineModule("crossing", (_: Record<never, never>) => ({
      ports: {
        a: input(stream(record({ id: uint(8), part: fixed(3, 5) })), { domain: "write" }),
        b: output(stream(record({ id: uint(8), part: fixed(3, 5) })), { domain: "read" }),
      },
      build({ a, b }, m) {
        connect(b, crossed(m, "held", a, { from: "write", to: "read", depth: 4 }));
      },
    })),
    {},
  );

  it.each(["wasm", "verilator", "icarus"] as const)(
    "pass a stream, each end by its own clock, on %s",
    async (engine) => {
      const simulation = await startSimulation(engine, crossing);
      for (const [write, read] of [
        [7, 10],
        [10, 3],
        [2, 97],
        [8, 8],
      ]) {
        const clocks = { write_clock: { period: write }, read_clock: { period: read, phase: 1 } };
        const rows = Array.from({ length: 12 }, (_, id) => ({ id, part: id / 32 - 1 }));
        const { got, edges } = await runTasks(
          simulation,
          async (task) => {
            for (const reset of ["write_reset", "read_reset"]) task.poke(reset, 1);
            await task.combine([
              ({ cycles }) => cycles(3),
              (own) => own.fork(({ cycles }) => cycles(3), { clock: "read_clock" }).join(),
            ]);
            for (const reset of ["write_reset", "read_reset"]) task.poke(reset, 0);
            task.fork(async function source(own) {
              for (const data of rows) {
                own.in.a = { valid: true, data };
                await own.transfer({ valid: "a_valid", ready: "a_ready", data: [] });
              }
              own.in.a.valid = false;
            });
            const got: { id: number; part: number }[] = [];
            const sink = task.fork(
              async (own) => {
                own.in.b.ready = true;
                while (got.length < rows.length) {
                  const [id, part] = await own.transfer({
                    ...{ valid: "b_valid", ready: "b_ready" },
                    data: ["b_data_id", "b_data_part"],
                  });
                  got.push({ id: Number(id), part: Number(BigInt.asIntN(8, part)) / 32 });
                }
                own.in.b.ready = false;
                return own.cycle;
              },
              { clock: "read_clock" },
            );
            const edges = [await sink.join(), task.cycle];
            return { got, edges };
          },
          { clocks },
        );
        expect(got).toEqual(rows);
        // Both clocks have run for the same time.
        expect(Math.abs(edges[0] * read - edges[1] * write)).toBeLessThanOrEqual(Math.max(read, write) + 1);
      }
      await simulation.close();
    },
  );

  it("need a period for each, and no others", async () => {
    const simulation = await startSimulation("wasm", crossing);
    const clocks = { write_clock: { period: 3 } };
    const missing = await failure(runTasks(simulation, async () => {}, { clocks }));
    expect(missing.details).toMatchObject({ code: "bad-clocks", found: "write_clock" });
    const short = { write_clock: { period: 1 }, read_clock: { period: 3 } };
    expect((await failure(runTasks(simulation, async () => {}, { clocks: short }))).details.code).toBe("bad-clocks");
    const wrong = await failure(testDesign("wasm", counter, async () => {}, { clocks }));
    expect(wrong.details.expected).toBe("no periods: it has one clock at most");
    await simulation.close();
  });
});
