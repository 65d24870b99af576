/** What only properties need stands with them, so that linting the plain Verilog has nothing to say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import {
  type Builder,
  bit,
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
  "some bits of a node": (a, m) => m.assert("low", m.node("shadow", a.mul(a)).bits(1, 1).eq(0)),
  "some bits of a register": (a, m) => {
    const held = m.reg("shadow", uint(8), { reset: 0 });
    held.set(a);
    m.assert("low", held.bits(3, 2).eq(0));
  },
  "a state machine": (a, m) => {
    const { is } = m.fsm("shadow", {
      initial: "idle",
      states: { idle: (go) => m.when(a.eq(1), () => go("busy")), busy: (go) => go("idle") },
    });
    m.cover("busy_seen", is("busy"));
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
  expect(text.slice(0, text.indexOf("`ifdef"))).not.toMatch(/shadow/i);
  expect(await complaints(text)).toEqual(["", ""]);
});

it("a register with a reset that is asynchronous", async () => {
  const probe = defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(bit), q: output(uint(4)) },
    build({ a, q }, m) {
      const count = m.reg("count", uint(4), { reset: 0 });
      m.when(a, () => count.set(count.addWrap(1)));
      m.assert("below", count.lt(14));
      m.when(a, () => m.assert("below_when", count.lt(13)));
      q.set(count);
    },
  }));
  const { text } = emitVerilog(elaborate(probe, {}), { reset: "async-low" });
  expect(await complaints(text)).toEqual(["", ""]);
  expect(text.slice(text.indexOf("`ifdef")).replaceAll(/ \/\/.*/g, "")).toBe(`\`ifdef FORMAL

  always @(posedge clock or negedge reset_n)
    if (reset_n) below: assert (count < 4'd14);

  always @(posedge clock or negedge reset_n)
    if (reset_n) if (a) below_when: assert (count < 4'd13);
\`endif
endmodule
`);
});

/** What Verilator says without properties and with them. */
async function complaints(text: string): Promise<(string | undefined)[]> {
  const folder = mkdtempSync(join(tmpdir(), "property-lint-"));
  try {
    writeFileSync(join(folder, "probe.v"), text);
    const said = [[], ["-DFORMAL", "--assert"]].map(async (macros) => {
      const words = ["--lint-only", "-Wall", ...macros, "--top-module", "probe", "probe.v"];
      return (await execa("verilator", words, { cwd: folder, all: true, reject: false })).all;
    });
    return await Promise.all(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
