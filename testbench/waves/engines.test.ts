import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { defineModule, input, output, uint } from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import type { Command } from "../simulation.ts";
import { readWindow } from "./window.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-waves-engines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An output that follows its input at once, and one that does so an edge later. */
const follower = designOf(
  defineModule("follower", (_: Record<never, never>) => ({
    ports: { a: input(uint(4)), now: output(uint(4)), later: output(uint(4)) },
    build({ a, now, later }, m) {
      const held = m.reg("held", uint(4), { reset: 0 });
      held.set(a);
      now.set(a.xor(held));
      later.set(held);
    },
  })),
  {},
);

const poke = (value: number): Command => ({ kind: "poke", port: "a", value });
const look: Command = { kind: "peek", port: "now" };
const step: Command = { kind: "step", cycles: 1 };

describe.each(["wasm", "verilator", "icarus"])("waves of %s", (engine) => {
  it("show what stands right before each edge, however often somebody looks before", async () => {
    const waves = join(folder, `${engine}.vcd`);
    const simulation = await startSimulation(engine, follower, { waves });
    await simulation.execute([poke(1), look, poke(2), look, poke(3), look, step]);
    await simulation.execute([look, poke(9)]);
    await simulation.execute([look, step, poke(4), look, look, step]);
    await simulation.close();
    const { nets, widths, start, cycles, first } = await readWindow(waves, follower, 5);
    const wire = (name: string) => nets.find((net) => net.name === name && net.scope.length === 0)?.wire as number;
    const rows = ["a", "now", "later"].map((name) => {
      let digits = start[wire(name)];
      expect(widths[wire(name)]).toBe(4);
      return cycles.map((changes) => {
        digits = changes.get(wire(name)) ?? digits;
        return Number.parseInt(digits, 2);
      });
    });
    // From the cycle of the first edge after reset on; the last column stands after the last edge.
    const columns = rows.map((row) => row.slice(-first));
    expect(columns).toEqual([
      [3, 9, 4, 4],
      [3 ^ 0, 9 ^ 3, 4 ^ 9, 4 ^ 4],
      [0, 3, 9, 4],
    ]);
  });
});
