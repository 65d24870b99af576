import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { counter } from "../fixtures/designs.ts";
import { startVerilator } from "./index.ts";

/** The cores that a process may use. */
const cores = (process: string | number) =>
  /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(`/proc/${process}/status`, "utf8"))?.[1];

describe.runIf(process.platform === "linux")("taking turns with the simulator", () => {
  it("leaves the cores of the client as they were, and those of the simulator after a long command", async () => {
    const before = cores("self");
    const simulation = await startVerilator(counter.design, { transport: "child" });
    const step = { kind: "step", cycles: 1 } as const;
    // Some tries of both ways, and a part of the stretch after them.
    for (let turn = 1; turn <= 400; turn++) {
      await simulation.execute([step]);
      expect(cores("self")).toBe(before);
    }
    await simulation.execute([{ ...step, cycles: 100_000 }]);
    expect(cores(simulation.pid ?? "")).toBe(before);
    await simulation.execute([{ ...step, cycles: 100_000 }]);
    expect(simulation.edges).toBe(200_400);
    await simulation.close();
    expect(cores("self")).toBe(before);
  });
});
