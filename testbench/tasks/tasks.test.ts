/** Tasks: how they drive a design, in which order they run, and how they end. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { startSimulation } from "../engine.ts";
import { failure } from "../fixtures/failure.ts";
import { type Counter, counter, onCounter } from "../fixtures/task-designs.ts";
import { startLockstep } from "../lockstep/index.ts";
import type { Command, Simulation } from "../simulation.ts";
import { runTasks, testDesign } from "./index.ts";

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
