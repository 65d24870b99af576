import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, input, output, sint, stream, uint } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";
import type { Command } from "./simulation.ts";

/** A register slice with a running sum: a handshake on both sides, signed and wide ports. */
const accumulator = defineModule("accumulator", (_: Record<never, never>) => ({
  ports: {
    terms: input(stream(sint(9))),
    sums: output(stream(sint(70))),
    count: output(uint(8)),
    even: output(bit),
  },
  build({ terms, sums, count, even }, m) {
    const full = m.reg("full", bit, { reset: false });
    const sum = m.reg("sum", sint(70), { reset: 0 });
    const taken = m.reg("taken", uint(8), { reset: 0 });
    terms.ready.set(full.not().or(sums.ready));
    m.when(terms.fire, () => {
      full.set(true);
      sum.set(sum.add(terms.data).wrap(70));
      taken.set(taken.addWrap(1));
    }).elseWhen(sums.ready, () => full.set(false));
    sums.valid.set(full);
    sums.data.set(sum);
    count.set(taken);
    even.set(taken.bit(0).not());
  },
}));

const design = designOf(elaborate(accumulator, {}));
const value = fc.nat(511);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("step" as const), cycles: fc.nat(3) }),
  fc.record({ kind: fc.constant("poke" as const), port: fc.constant("sums_ready"), value: fc.nat(1) }),
  fc.record({ kind: fc.constant("peek" as const), port: fc.constantFrom("count", "sums_data", "even", "sums_valid") }),
  fc.array(fc.tuple(fc.nat(1), value, fc.nat(1)), { maxLength: 5 }).map((rows) => ({
    kind: "batch" as const,
    inputs: ["terms_valid", "terms_data", "sums_ready"],
    rows,
    outputs: ["terms_ready", "sums_valid", "sums_data"],
  })),
);

describe("the wasm engine", () => {
  it("gives what Icarus gives, on random programs", async () => {
    // Random programs take back what they offered.
    const [wasm, icarus] = await Promise.all([
      startSimulation("wasm", design, { checks: false }),
      startSimulation("icarus", design, { checks: false }),
    ]);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (program) => {
          expect(await wasm.execute(program)).toEqual(await icarus.execute(program));
          expect(wasm.edges).toBe(icarus.edges);
        }),
        { numRuns: 60, seed: 5 },
      );
    } finally {
      await Promise.all([wasm.close(), icarus.close()]);
    }
  });

  it("pushes, pulls and waits like the others", async () => {
    const program: Command[] = [
      { kind: "push", valid: "terms_valid", ready: "terms_ready", data: ["terms_data"], rows: [[5]], limit: 10 },
      { kind: "pull", valid: "sums_valid", ready: "sums_ready", data: ["sums_data"], count: 1, limit: 10 },
      { kind: "until", port: "count", value: 1, limit: 10 },
    ];
    const simulation = await startSimulation("wasm", design);
    expect(await simulation.execute(program)).toEqual([[], [5n], [0n]]);
    await expect(simulation.execute([{ kind: "until", port: "count", value: 9, limit: 20 }])).rejects.toMatchObject({
      exitStatus: 1,
      details: { code: "command-failed" },
    });
  });

  it("exchanges rows like the others, with and without stalls", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [(37 * i) % 256]);
    const program = [undefined, { seed: 3, push: 100, pull: 180 }].map(
      (stalls): Command => ({
        kind: "exchange",
        push: { valid: "terms_valid", ready: "terms_ready", data: ["terms_data"], rows },
        pull: { valid: "sums_valid", ready: "sums_ready", data: ["sums_data"], count: rows.length },
        ...(stalls ? { stalls } : {}),
        limit: 50,
      }),
    );
    const [wasm, icarus] = await Promise.all(["wasm", "icarus"].map((engine) => startSimulation(engine, design)));
    try {
      const [plain, stalled] = await wasm.execute(program);
      expect(plain).toHaveLength(rows.length + 1);
      expect(Number(stalled.at(-1))).toBeGreaterThan(Number(plain.at(-1)));
      expect(await icarus.execute(program)).toEqual([plain, stalled]);
    } finally {
      await Promise.all([wasm.close(), icarus.close()]);
    }
  });

  it("leaves room for other events in long commands", async () => {
    const simulation = await startSimulation("wasm", design);
    let others = 0;
    const other = () => {
      others++;
      next = setImmediate(other);
    };
    let next = setImmediate(other);
    const waiting: Command = { kind: "until", port: "count", value: 1, limit: 10_000_000 };
    await expect(simulation.execute([waiting])).rejects.toThrow("the value did not come");
    clearImmediate(next);
    expect(others).toBeGreaterThan(0);
  });

  it("keeps the order of programs that nobody waits for", async () => {
    const simulation = await startSimulation("wasm", design);
    const fill: Command[] = [1, 2, 3].flatMap((data): Command[] => [
      { kind: "poke", port: "terms_valid", value: 1 },
      { kind: "poke", port: "terms_data", value: data },
      { kind: "step", cycles: 1 },
    ]);
    const first = simulation.execute([{ kind: "poke", port: "sums_ready", value: 1 }, ...fill]);
    const second = simulation.execute([
      { kind: "poke", port: "terms_valid", value: 0 },
      { kind: "peek", port: "count" },
    ]);
    await simulation.close();
    expect((await second)[1]).toEqual([3n]);
    await first;
  });

  it("refuses values beyond a port, unknown ports, and Verilog alone", async () => {
    const simulation = await startSimulation("wasm", design);
    await expect(simulation.execute([{ kind: "poke", port: "terms_data", value: 512 }])).rejects.toMatchObject({
      exitStatus: 2,
    });
    await expect(simulation.execute([{ kind: "peek", port: "cuont" }])).rejects.toMatchObject({
      details: { code: "unknown-port" },
    });
    const { circuit: _, ...verilog } = design;
    await expect(startSimulation("wasm", verilog)).rejects.toMatchObject({ details: { code: "no-circuit" } });
  });

  it("writes waves of every net", async () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-waves-"));
    const waves = join(folder, "run.vcd");
    const simulation = await startSimulation("wasm", design, { waves });
    await simulation.execute([{ kind: "step", cycles: 3 }]);
    await simulation.close();
    const text = readFileSync(waves, "utf8");
    rmSync(folder, { recursive: true });
    expect(text).toMatch(/\$var wire 70 \S+ sum \$end/);
    expect(text).toMatch(/^#10$/m);
  });

  it("says so where there is no room for waves", async () => {
    const simulation = await startSimulation("wasm", design, { waves: "/dev/full" });
    await simulation.execute([{ kind: "step", cycles: 3 }]);
    await expect(simulation.close()).rejects.toMatchObject({
      exitStatus: 2,
      details: { code: "cannot-write", where: "/dev/full", found: "no space left on the disk (ENOSPC)" },
    });
  });
});
