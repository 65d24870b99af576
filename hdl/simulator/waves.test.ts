/** Recordings of the in-process simulator, as waves and as dumps for viewers. */
import { describe, expect, it } from "vitest";
import { counter, echoModule, pairModule } from "../fixtures/simulated.ts";
import { defineModule, enumOf, fixed, input, output, simulate, uint } from "../index.ts";

describe("waves", () => {
  it("draw bits as lines and words in boxes", () => {
    const dut = simulate(pairModule, {});
    dut.reset();
    const trace = dut.trace(["enable", "state", "low", "u0.next", "busy", "high"]);
    dut.in.enable = 1;
    dut.tick(5);
    dut.in.enable = 0;
    dut.tick(2);
    expect(trace.waves()).toMatchInlineSnapshot(`
      "         0    1    2    3    4    5    6
      enable   ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲_________
      state    │idle│run           │idle│run      │
      low      │0   │3   │6   │9   │12  │15       │
      u0.next  │3   │6   │9   │12  │15  │2        │
      busy     _____╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲____╱‾‾‾‾‾‾‾‾‾
      high     │0        │3   │9   │2        │1   │"
    `);
    expect(trace.waves({ columns: 34 })).toMatchInlineSnapshot(`
      "         0    1    2    3
      enable   ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾
      state    │idle│run           │
      low      │0   │3   │6   │9   │
      u0.next  │3   │6   │9   │12  │
      busy     _____╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾
      high     │0        │3   │9   │

               4    5    6
      enable   ‾‾‾‾‾╲_________
      state    │idle│run      │
      low      │12  │15       │
      u0.next  │15  │2        │
      busy     ╲____╱‾‾‾‾‾‾‾‾‾
      high     │2        │1   │"
    `);
    expect(trace.values("low")).toEqual([0, 3, 6, 9, 12, 15, 15]);
  });

  it("show ports as their types have them: reals, words, negative numbers", () => {
    const dut = simulate(echoModule, {});
    const trace = dut.trace(["share", "operation", "level", "point_on", "wide"]);
    const shares = [0.5, -1.25, -1.25, 0.015625];
    shares.forEach((share, i) => {
      dut.in.share = share;
      dut.in.operation = (["add", "clear", "clear", "negate"] as const)[i];
      dut.in.level = -5 * i;
      dut.in.point.on = i === 2;
      dut.in.wide = 10n ** BigInt(6 * (i >> 1));
      dut.tick();
    });
    expect(trace.waves()).toMatchInlineSnapshot(`
      "           0        1        2        3
      share      │0.5     │-1.25            │0.015625│
      operation  │add     │clear            │negate  │
      level      │0       │-5      │-10     │-15     │
      point_on   __________________╱‾‾‾‾‾‾‾‾╲________
      wide       │1                │1000000          │"
    `);
  });

  it("of all ports are the default, and a dump for a viewer holds the same", () => {
    const dut = simulate(counter, { width: 4 });
    const trace = dut.trace();
    dut.reset();
    dut.in.enable = 1;
    dut.in.step = 5;
    dut.tick(3);
    expect(trace.cycles).toBe(4);
    expect(trace.waves()).toMatchInlineSnapshot(`
      "        0  1  2  3
      reset   ‾‾‾╲________
      enable  ___╱‾‾‾‾‾‾‾‾
      step    │0 │5       │
      count   │0    │5 │10│"
    `);
    expect(trace.vcd()).toMatchInlineSnapshot(`
      "$timescale 1ns $end
      $scope module counter $end
      $var wire 1 ! reset $end
      $var wire 1 " enable $end
      $var wire 4 # step $end
      $var wire 4 $ count $end
      $upscope $end
      $enddefinitions $end
      #0
      1!
      0"
      b0 #
      b0 $
      #1
      0!
      1"
      b101 #
      #2
      b101 $
      #3
      b1010 $
      #4
      "
    `);
  });
});

it("complains of a recording at once, and of names that it does not have", () => {
  const inner = defineModule("inner", (_: object) => ({
    ports: { a: input(uint(4)), q: output(uint(4)) },
    build({ a, q }, m) {
      q.set(m.node("mixed", a.addWrap(1)).xor(a));
    },
  }));
  const dut = simulate(inner, {}, { keepAll: false });
  expect(() => dut.trace(["mixed"])).toThrow(expect.objectContaining({ code: "unknown-net" }));
  const trace = dut.trace();
  expect(() => trace.values("qq")).toThrow('expected: such as "q"');
  expect(() => trace.values("nothing")).toThrow('expected: one of "a", "q"');
});

it("shows what inner nets stand for, in waves and in dumps", () => {
  const phase = enumOf("idle", "run");
  const source = defineModule("source", (_: object) => ({
    ports: { mode: output(phase) },
    build({ mode }, m) {
      const state = m.reg("state", phase);
      state.set("run");
      mode.set(state);
    },
  }));
  const shown = defineModule("shown", (_: object) => ({
    ports: { f: input(fixed(4, 4)), q: output(fixed(4, 4)) },
    build({ f, q }, m) {
      const last = m.reg("last", fixed(4, 4));
      last.set(f);
      q.set(m.node("kept", last));
      const { mode } = m.inst("u", source, {}, {});
      m.assert("runs", mode.eq("run").or(mode.eq("idle")));
    },
  }));
  const dut = simulate(shown, {});
  const trace = dut.trace(["last", "kept", "u_mode", "u.state"]);
  dut.in.f = -1.5;
  dut.tick(3);
  expect(trace.waves()).toMatchInlineSnapshot(`
    "         0    1    2
    last     │0   │-1.5     │
    kept     │0   │-1.5     │
    u_mode   │idle│run      │
    u.state  │idle│run      │"
  `);
  expect(trace.values("last")).toEqual([0, -24, -24]);
  const dump = trace.vcd();
  expect(dump).toContain("$comment last: fixed(4, 4), in steps of 2^-4 $end");
  expect(dump).toContain("$comment u.state: 0 idle, 1 run $end");
});
