import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bit, defineModule, input, output, sint, uint } from "../hdl/index.ts";
import { readCoverage } from "./coverage/data.ts";
import { coverageGroup } from "./coverage/group.ts";
import { designOf } from "./design.ts";
import { enginesFor, missingTools } from "./engine-tools.ts";
import { testDesign } from "./tasks/index.ts";
import { describeHardware } from "./vitest.ts";

const sample = designOf(
  defineModule("sample", (_: Record<never, never>) => ({
    ports: { en: input(bit), a: input(sint(8)), b: output(sint(9)) },
    build({ en, a, b }, m) {
      const held = m.reg("held", sint(9), { reset: 0 });
      m.when(en, () => held.set(a.extend(9)));
      b.set(held);
    },
  })),
  {},
);
const { circuit: _, ...verilogAlone } = sample;

const ran: string[] = [];
describeHardware("a sample", sample, ({ engine, run }) => {
  it("has the bits of the number", async () => {
    ran.push(engine);
    await run(async (task) => {
      task.in.en = true;
      task.in.a = -128;
      await task.cycles();
      expect(await task.read("b")).toBe(-128);
      task.in.a = -1;
      await task.cycles();
      expect(await task.read("b")).toEqualBits(0x1ff, 9);
      expect(await task.peek("b")).toEqualBits(-1, 9);
    });
  });
});

const folder = mkdtempSync(join(tmpdir(), "whittle-hardware-"));
// Hooks of the end run in the opposite order of what they were made in.
afterAll(() => {
  const { runs, typescript, verilog, groups } = readCoverage(join(folder, "out", "coverage.json"));
  rmSync(folder, { recursive: true });
  expect(runs).toBe(2);
  expect(typescript[0].arms.map(({ count }) => count)).toEqual([6]);
  expect(verilog.map(({ name }) => name)).toEqual(["sample"]);
  expect(groups.map(({ samples }) => samples)).toEqual([3]);
});

const group = coverageGroup("engines", { engine: { any: () => true } });
describeHardware(
  "a covered sample",
  sample,
  ({ engine, run, coverage }) => {
    it("is counted where that can be", async () => {
      if (engine === "wasm") coverage?.watch(group);
      group.sample({ engine });
      await run(async (task) => {
        task.in.en = true;
        await task.cycles(3);
      });
    });
  },
  { coverage: join(folder, "out") },
);

const powerUp = designOf(
  defineModule("power_up", (_: Record<never, never>) => ({
    ports: { q: output(uint(64)) },
    build({ q }, m) {
      const kept = m.reg("kept", uint(64));
      kept.set(kept);
      q.set(kept);
    },
  })),
  {},
);
describeHardware(
  "two at once",
  sample,
  ({ engine, run }) => {
    it("share what the tasks do", async () => {
      const read = await run(async (task) => {
        task.in.en = true;
        task.in.a = 77;
        await task.cycles(2);
        return await task.read("b");
      });
      expect([engine, read]).toEqual(["lockstep", 77]);
    });

    it("need not agree on ports that are not compared", async () => {
      const compare: string[] = [];
      await expect(testDesign("lockstep", powerUp, (task) => task.cycles(2), { compare })).resolves.toBeUndefined();
    });

    it("must agree", async () => {
      const differing = testDesign("lockstep", powerUp, async (task) => await task.cycles(2));
      await expect(differing).rejects.toThrow(/port q differs in cycle 0: .* on wasm, .* on verilator/);
    });
  },
  { engines: ["lockstep"] },
);

it("runs on each engine that can", () => {
  const there = enginesFor(sample).filter((engine) => missingTools(engine).length === 0);
  expect(ran).toEqual(there);
  expect(enginesFor(sample)).toEqual(["wasm", "verilator", "icarus"]);
  expect(enginesFor(verilogAlone)).toEqual(["verilator", "icarus"]);
  expect(missingTools("icarus", { PATH: "" })).toEqual(["iverilog", "vvp"]);
  expect(missingTools("wasm", { PATH: "" })).toEqual([]);
});

it("tells which bits differ", () => {
  expect(() => expect(5n).toEqualBits(4, 8)).toThrow("expected bits 8'h04, got 8'h05; bit 0 differs");
  expect(() => expect(-1).toEqualBits(0, 12)).toThrow(
    "expected bits 12'h000, got 12'hfff; bits 0, 1, 2, 3, 4, 5, 6, 7 and 4 more differ",
  );
  expect(() => expect(3).not.toEqualBits(3, 2)).toThrow("expected bits other than 2'h3, got 2'h3");
  expect(() => expect(256).toEqualBits(0, 8)).toThrow("expected 8 bits, got 256, which does not fit them");
  // A port of one bit reads as a boolean.
  for (const bit of [false, true]) expect(bit).toEqualBits(Number(bit), 1);
  expect(() => expect(false).toEqualBits(1, 1)).toThrow("expected bits 1'h1, got 1'h0; bit 0 differs");
  expect(() => expect(undefined).toEqualBits(0, 8)).toThrow("got undefined");
  expect(() => expect(0).toEqualBits(-129, 8)).toThrow("-129 does not fit 8 bits");
});
