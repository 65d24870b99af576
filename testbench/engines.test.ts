import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { startSimulation, verilogEngineNames } from "./engine.ts";
import { fixtures } from "./fixtures/designs.ts";
import { randomSessions } from "./fixtures/programs.ts";
import { ReferenceSimulation } from "./fixtures/reference.ts";
import type { Simulation } from "./simulation.ts";

const ways = [
  ...verilogEngineNames.map((engine) => ({ way: engine, engine, options: {} })),
  { way: "verilator in this process", engine: "verilator", options: { transport: "in-process" } },
] as const;

describe.each(Object.entries(fixtures))("%s", (_, fixture) => {
  const open: Simulation[] = [];
  afterAll(() => Promise.all(open.map((simulation) => simulation.close())));

  it.each(ways)("gives what the commands mean, on $way", async ({ engine, options }) => {
    await fc.assert(
      fc.asyncProperty(randomSessions(fixture), async (programs) => {
        const simulation = await startSimulation(engine, fixture.design, options);
        try {
          const reference = new ReferenceSimulation(fixture);
          for (const program of programs) {
            expect(await simulation.execute(program)).toEqual(reference.execute(program));
            expect(simulation.edges).toBe(reference.edges);
          }
        } finally {
          await simulation.close();
        }
      }),
      { numRuns: 10 },
    );
  });
});
