/** Tasks that drive streams, of one clock and of two. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connect, crossed, defineModule, fixed, input, output, record, stream, uint } from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import { failure } from "../fixtures/failure.ts";
import { counter, queue } from "../fixtures/task-designs.ts";
import { runTasks, testDesign } from "./index.ts";

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
