/** What tasks end with where something goes wrong. */
import { describe, expect, it } from "vitest";
import { bit, defineModule, input, output } from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import { failure } from "../fixtures/failure.ts";
import { counter, onCounter } from "../fixtures/task-designs.ts";
import { runTasks, type Task, testDesign } from "./index.ts";

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

  it("a task that goes on waiting after it was ended", async () => {
    const error = await failure(
      onCounter(async function main({ race }) {
        await race([
          ({ cycles }) => cycles(3),
          async function retry({ cycles }) {
            for (;;) await cycles(1).catch(() => undefined);
          },
        ]);
      }, 100),
    );
    expect(error.details).toMatchObject({
      code: "bad-task",
      message: "main.race.retry was ended and goes on waiting",
    });
  });

  it("a task that waits in a loop with what belongs to another", async () => {
    const error = await failure(
      onCounter(async function main({ cycles, combine }) {
        await combine([
          async () => {
            for (;;) await cycles(1).catch(() => undefined);
          },
        ]);
      }, 100),
    );
    expect(error.details).toMatchObject({
      code: "bad-task",
      message: "main goes on waiting after 1000 waits that failed",
    });
  });

  it("a loop that takes no time", async () => {
    const error = await failure(
      onCounter(async function main({ until }) {
        for (;;) await until("count", 0);
      }, 10),
    );
    expect(error.details).toMatchObject({ code: "no-time-passes", where: "main" });
  });

  it("a race of nobody", async () => {
    const error = await failure(onCounter(({ race }) => race([])));
    expect(error.details).toMatchObject({ code: "bad-task", message: "test.race is a race of nobody" });
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
