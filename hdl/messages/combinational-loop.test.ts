/** Loops, and what is none. */
import { describe, expect, it } from "vitest";
import { building, child } from "../fixtures/building.ts";
import { concat, defineModule, input, output, type UIntSignal, uint, vec } from "../index.ts";

describe("assignments", () => {
  it("combinational-loop", () => {
    expect(
      building(({ a, q }, m) => {
        const w = m.wire("w", uint(8));
        w.set(m.node("n", w.xor(a)));
        q.set(w);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/combinational-loop.test.ts:…: A value depends on itself in the same cycle in module "probe". [combinational-loop]
           … | w.set(m.node("n", w.xor(a)));
             |         ^
        step:     "n[0]" follows from "w[0]"
        step:     "w[0]" follows from "n[0]", hdl/messages/combinational-loop.test.ts:…
           … | w.set(m.node("n", w.xor(a)));
             |   ^
        found:    n[0] <- w[0] <- n[0]
        fix:      Put a register on the way."
    `);
    expect(
      building(({ q }, m) => {
        const w = m.wire("w", uint(8));
        const { y } = m.inst("u", child, { width: 1 }, { x: w });
        w.set(y);
        q.set(w);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/combinational-loop.test.ts:…: A value depends on itself in the same cycle in module "probe". [combinational-loop]
           … | const { y } = m.inst("u", child, { width: 1 }, { x: w });
             |                 ^
        step:     "u_y[0]" follows from "w[0]"
        step:     "w[0]" follows from "u_y[0]", hdl/messages/combinational-loop.test.ts:…
           … | w.set(y);
             |   ^
        found:    u_y[0] <- w[0] <- u_y[0]
        fix:      Put a register on the way."
    `);
  });

  it("combinational-loop through whole ports, though no bit depends on itself", () => {
    const swap = defineModule("swap", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)) },
      build({ x, y }) {
        y.setBits(7, 4, x.bits(3, 0));
        y.setBits(3, 0, x.bits(7, 4));
      },
    }));
    const halves = vec(2, uint(4));
    const swapHalves = defineModule("swap_halves", (_: Record<string, never>) => ({
      ports: { x: input(halves), y: output(halves) },
      build: ({ x, y }) => y.set([x[1], x[0]]),
    }));
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", uint(8));
        const { y } = m.inst("u", swap, {}, { x: w });
        w.setBits(3, 0, b);
        w.setBits(7, 4, y.bits(7, 4));
        q.set(y);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/combinational-loop.test.ts:…: An instance or a memory read at once makes a loop in module "probe": tools take ports and addresses whole, though no bit depends on itself. [combinational-loop]
           … | const { y } = m.inst("u", swap, {}, { x: w });
             |                 ^
        step:     "u_y[4]" follows from "w[4]"
        step:     "w[4]" follows from "u_y[4]", hdl/messages/combinational-loop.test.ts:…
           … | w.setBits(7, 4, y.bits(7, 4));
             |   ^
        found:    u_y[4] <- w[4] <- u_y[4]
        fix:      Split the net on the way: a vec or a record has a net for each of its parts."
    `);
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", halves);
        const { y } = m.inst("u", swapHalves, {}, { x: w });
        w.set([b, y[1]]);
        q.set(concat(y[1], y[0]) as UIntSignal<8>);
      }),
    ).toBe("no error");
    const table = Array.from({ length: 16 }, (_, i) => i);
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", uint(8));
        w.setBits(3, 0, b);
        w.setBits(7, 4, m.rom("words", uint(4), table).read("word", w.bits(3, 0)));
        q.set(w);
      }),
    ).toContain("tools take ports and addresses whole");
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", halves);
        w.set([b, m.rom("words", uint(4), table).read("word", w[0])]);
        q.set(concat(w[1], w[0]) as UIntSignal<8>);
      }),
    ).toBe("no error");
  });

  it("no combinational-loop through a register, a clocked read or an independent path of an instance", () => {
    const twoPaths = defineModule("two_paths", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)), u: input(uint(8)), v: output(uint(8)) },
      build({ x, y, u, v }, m) {
        const words = m.mem("words", 256, uint(8));
        words.write({ address: x, data: u });
        y.set(words.readClocked("word", { address: u, enable: u.nonzero(), underWrite: "old" }));
        v.set(u);
      },
    }));
    const text = building(({ a, q }, m) => {
      const w = m.wire("w", uint(8));
      const { y, v } = m.inst("pair", twoPaths, {}, { x: w, u: a });
      w.set(v);
      const r = m.reg("r", uint(8), { reset: 0 });
      r.set(r.addWrap(y));
      q.set(r);
    });
    expect(text).toBe("no error");
  });
});
