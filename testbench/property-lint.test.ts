/** What only properties need stands with them, so that linting the plain Verilog has nothing to say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import {
  type Builder,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  output,
  type UIntSignal,
  uint,
} from "../hdl/index.ts";

const readBy: Readonly<Record<string, (a: UIntSignal<8>, m: Builder) => void>> = {
  "a condition of inputs": (a, m) => m.assert("low", a.lt(3)),
  "a cover": (a, m) => m.cover("high", a.gt(3)),
  "a memory read at once": (a, m) => {
    const words = m.mem("shadow", 4, uint(8));
    words.write({ address: a.bits(1, 0), data: a });
    m.assert("low", words.read("seen", 0).lt(3));
  },
  "a memory with a register behind it": (a, m) => {
    const words = m.mem("shadow", 4, uint(8));
    words.write({ address: a.bits(1, 0), data: a });
    m.assert("low", words.readClocked("seen", { address: 0, underWrite: "new" }).lt(3));
  },
};

it.each(Object.entries(readBy))("%s", async (_, build) => {
  const probe = defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(uint(8)), q: output(uint(8)) },
    build({ a, q }, m) {
      build(a, m);
      q.set(a);
    },
  }));
  const { text } = emitVerilog(elaborate(probe, {}));
  expect(text.slice(0, text.indexOf("`ifdef"))).not.toContain("shadow");
  const folder = mkdtempSync(join(tmpdir(), "property-lint-"));
  try {
    writeFileSync(join(folder, "probe.v"), text);
    for (const macros of [[], ["-DFORMAL", "--assert"]]) {
      const words = ["--lint-only", "-Wall", ...macros, "--top-module", "probe", "probe.v"];
      expect((await execa("verilator", words, { cwd: folder, all: true, reject: false })).all).toBe("");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
