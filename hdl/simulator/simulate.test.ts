/** The typed handle of the in-process simulator: values, names, errors, waves. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  bit,
  defineModule,
  emitVerilog,
  enumOf,
  fixed,
  HdlError,
  input,
  output,
  record,
  simulate,
  sint,
  stream,
  uint,
  vec,
} from "../index.ts";

const operation = enumOf("add", "negate", "clear");
const point = record({ x: sint(4), on: bit });

const echoModule = defineModule("echo", (_: Record<string, never>) => ({
  ports: {
    flag: input(bit),
    count: input(uint(32)),
    wide: input(uint(80)),
    level: input(sint(8)),
    share: input(fixed(2, 6)),
    operation: input(operation),
    point: input(point),
    points: input(vec(2, point)),
    load: input(stream(record({ value: uint(4) }))),
    flagOut: output(bit),
    countOut: output(uint(32)),
    wideOut: output(uint(80)),
    levelOut: output(sint(8)),
    shareOut: output(fixed(2, 6)),
    operationOut: output(operation),
    pointOut: output(point),
    pointsOut: output(vec(2, point)),
    store: output(stream(record({ value: uint(4) }))),
  },
  build(io) {
    io.flagOut.set(io.flag);
    io.countOut.set(io.count);
    io.wideOut.set(io.wide);
    io.levelOut.set(io.level);
    io.shareOut.set(io.share);
    io.operationOut.set(io.operation);
    io.pointOut.set(io.point);
    io.pointsOut.set(io.points);
    io.store.valid.set(io.load.valid);
    io.store.data.set(io.load.data);
    io.load.ready.set(io.store.ready);
  },
}));

const counter = defineModule("counter", (p: { width: number }) => ({
  ports: { enable: input(bit), step: input(uint(p.width)), count: output(uint(p.width)) },
  build({ enable, step, count }, m) {
    const value = m.reg("value", uint(p.width), { reset: 0 });
    const next = m.node("next", value.addWrap(step));
    m.when(enable, () => value.set(next));
    count.set(value);
  },
}));

const pairModule = defineModule("pair", (_: Record<string, never>) => ({
  ports: { enable: input(bit), low: output(uint(4)), busy: output(bit), high: output(uint(4)) },
  build({ enable, low, high, busy }, m) {
    const u0 = m.inst("u0", counter, { width: 4 }, { enable, step: 3 });
    const { is } = m.fsm("state", {
      initial: "idle",
      states: { idle: (go) => m.when(enable, () => go("run")), run: (go) => m.when(u0.count.eq(9), () => go("idle")) },
    });
    const u1 = m.inst("u1", counter, { width: 4 }, { enable: is("run"), step: u0.count });
    low.set(u0.count);
    high.set(u1.count);
    busy.set(is("run"));
  },
}));

describe("values have the types of the ports", () => {
  it("go in and come out as they are", () => {
    const { in: given, out } = simulate(echoModule, {});
    given.flag = true;
    given.count = 4294967295;
    given.wide = 2n ** 79n + 1n;
    given.level = -128;
    given.share = -1.984375;
    given.operation = "negate";
    given.point = { x: -3, on: true };
    given.points[1].x = 7;
    given.points[0] = { x: -8, on: 1 };
    given.load = { valid: true, data: { value: 5 } };
    given.store.ready = 1;
    // The type of a value follows from the type of its port.
    const [count, wide, level]: [number, bigint, number] = [out.countOut, out.wideOut, out.levelOut];
    const word: "add" | "negate" | "clear" = out.operationOut;
    const flag: boolean = out.flagOut;
    expect([flag, count, wide, level, word]).toEqual([true, 4294967295, 2n ** 79n + 1n, -128, "negate"]);
    expect(out.shareOut).toBe(-1.984375);
    expect(out.pointOut).toEqual({ x: -3, on: true });
    expect(out.pointsOut).toEqual([
      { x: -8, on: true },
      { x: 7, on: false },
    ]);
    expect(out.store).toEqual({ valid: true, data: { value: 5 } });
    expect(out.load.ready).toBe(true);
    // Inputs read as they were written.
    expect([given.level, given.share, given.operation, given.points[1].x]).toEqual([-128, -1.984375, "negate", 7]);
    expect(given.points).toHaveLength(2);
  });

  it("that were read stay as they were", () => {
    const { in: given, out } = simulate(echoModule, {});
    const before = out.pointOut;
    given.point.x = 5;
    expect([before.x, out.pointOut.x]).toEqual([0, 5]);
  });

  it("read as number or bigint where the width is a parameter", () => {
    const dut = simulate(counter, { width: 40 });
    const count: number | bigint = dut.out.count;
    expect(count).toBe(0n);
    expect(simulate(counter, { width: 4 }).out.count).toBe(0);
  });
});

describe("a value that does not fit its port", () => {
  const { in: given, out } = simulate(echoModule, {});
  it("is an error at the line that wrote it, and changes nothing", () => {
    given.count = 17;
    expect(failure(() => (given.count = 2 ** 32))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.count: The literal 4294967296 does not fit uint(32). [literal-out-of-range]
           … | expect(failure(() => (given.count = 2 ** 32))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 4294967295
        fix:      Write a whole number from 0 to 4294967295."
    `);
    expect(failure(() => (given.level = -129))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.level: The literal -129 does not fit sint(8). [literal-out-of-range]
           … | expect(failure(() => (given.level = -129))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from -128 to 127
        fix:      Write a whole number from -128 to 127."
    `);
    expect(failure(() => (given.points[1].x = 8))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.points[1].x: The literal 8 does not fit sint(4). [literal-out-of-range]
           … | expect(failure(() => (given.points[1].x = 8))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a whole number from -8 to 7
        fix:      Write a whole number from -8 to 7."
    `);
    expect(failure(() => (given.wide = -1n))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.wide: The literal -1 does not fit uint(80). [literal-out-of-range]
           … | expect(failure(() => (given.wide = -1n))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 1208925819614629174706175
        fix:      Write a whole number from 0 to 1208925819614629174706175."
    `);
    expect(failure(() => (given.share = 0.7))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.share: The literal 0.7 is not exact in fixed(2, 6). [literal-out-of-range]
           … | expect(failure(() => (given.share = 0.7))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a multiple of 2^-6, such as 0.6875 or 0.703125
        fix:      Write the one that is meant, or { raw: n } for n * 2^-FL."
    `);
    expect(failure(() => (given.operation = "sub" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.operation: "sub" is no value of enumOf("add", "negate", "clear"). [unknown-value]
           … | expect(failure(() => (given.operation = "sub" as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "add", "negate", "clear"
        fix:      Use one of the values that there are."
    `);
    expect(failure(() => (given.flag = 2 as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.flag: The literal 2 does not fit bit. [literal-out-of-range]
           … | expect(failure(() => (given.flag = 2 as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: true or false
        fix:      Write true or false."
    `);
    expect(failure(() => (given.count = 1.5))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.count: The literal 1.5 does not fit uint(32). [literal-out-of-range]
           … | expect(failure(() => (given.count = 1.5))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 4294967295
        fix:      Write a whole number from 0 to 4294967295."
    `);
    expect(failure(() => (given.load.data.value = "1" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.load.data.value: The string "1" is no value of uint(4). [literal-out-of-range]
           … | expect(failure(() => (given.load.data.value = "1" as never))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a whole number from 0 to 15
        fix:      Number(text) makes a number of a string, before the hardware is described."
    `);
    expect(failure(() => (given.point = { x: 1 } as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.point: the value has another shape than the port. [width-mismatch]
           … | expect(failure(() => (given.point = { x: 1 } as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: fields x, on
        found:    fields x
        fix:      Give a value for every field and no other, or set one field."
    `);
    expect(failure(() => (given.points = [{ x: 1, on: 0 }] as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: in.points: the value has another shape than the port. [width-mismatch]
           … | expect(failure(() => (given.points = [{ x: 1, on: 0 }] as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: 2 elements
        found:    1 elements
        fix:      Give an array of 2."
    `);
    expect(out.countOut).toBe(17);
  });

  it("is no silent property", () => {
    expect(() => ((given as Record<string, unknown>).cuont = 1)).toThrow(HdlError);
    expect(() => ((out as Record<string, unknown>).countOut = 1)).toThrow(HdlError);
  });
});

it("refuses a pattern that is no value of its enum", () => {
  const raw = defineModule("raw", (_: Record<string, never>) => ({
    ports: { bits: input(record({ operation })), out: output(operation) },
    build({ bits, out }, m) {
      const word = m.mem("word", 2, operation);
      word.write({ address: 0, data: bits.operation, enable: bits.operation.eq("clear") });
      out.set(word.read("seen", 0));
    },
  }));
  // All ones at power-up: there are three values of two bits.
  const seeds = [...Array(64).keys()].map((seed) => failure(() => simulate(raw, {}, { seed }).out.out));
  expect(seeds.find((text) => text !== "no error")).toMatchInlineSnapshot(`
    "hdl/simulator/simulate.test.ts:…: "out" holds 3, which is no value of enumOf("add", "negate", "clear"). [unknown-value]
         … | const seeds = [...Array(64).keys()].map((seed) => failure(() => simulate(raw, {}, { seed }).out.out));
           |                                                                                             ^
      expected: 0 to 2
      fix:      Use one of the values that there are."
  `);
});

describe("tick, reset and power-up", () => {
  it("counts edges and holds inputs", () => {
    const dut = simulate(counter, { width: 8 });
    dut.in.enable = 1;
    dut.in.step = 3;
    dut.tick();
    dut.tick(4);
    expect([dut.out.count, dut.edges]).toEqual([15, 5]);
    dut.reset();
    expect([dut.out.count, dut.edges]).toEqual([0, 6]);
    dut.tick();
    expect(dut.out.count).toBe(3);
    expect(failure(() => dut.tick(-1))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: tick takes a number of cycles, not -1. [literal-out-of-range]
           … | expect(failure(() => dut.tick(-1))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a whole number of 0 or more
        fix:      Write a whole number of 0 or more."
    `);
    expect(failure(() => dut.tick(0.5))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: tick takes a number of cycles, not 0.5. [literal-out-of-range]
           … | expect(failure(() => dut.tick(0.5))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a whole number of 0 or more
        fix:      Write a whole number of 0 or more."
    `);
  });

  it("refuses a clock that is not there", () => {
    const dut = simulate(counter, { width: 8 });
    expect(failure(() => dut.tick(1, ["clok"]))).toContain("of clock");
    expect(dut.edges).toBe(0);
  });

  it("gives a module without registers nothing to reset", () => {
    const dut = simulate(echoModule, {});
    dut.in.level = 5;
    dut.reset(2);
    expect(dut.out.levelOut).toBe(5);
  });

  it("powers up with zeros, or with random bits by a seed", () => {
    const shown = (seed?: number) =>
      [...Array(8).keys()].map(() => simulate(counter, { width: 60 }, seed === undefined ? {} : { seed }).out.count);
    expect(new Set(shown())).toEqual(new Set([0n]));
    expect(new Set(shown(1)).size).toBe(1);
    expect(shown(1)).not.toEqual(shown(2));
  });
});

describe("every named net is reachable under its name in the Verilog", () => {
  const dut = simulate(pairModule, {});
  dut.reset();
  dut.in.enable = 1;
  dut.tick(3);

  it("ports, registers, nodes, connections and nets that the emitter names", () => {
    const names = ["enable", "low", "u0_count", "u0.value", "u0.next", "u0.count", "u0.enable", "u0.step", "u1.enable"];
    expect(names.map((name) => Number(dut.peek(name)))).toEqual([1, 9, 9, 9, 12, 9, 1, 3, 1]);
    expect(Number(dut.peek("state"))).toBe(1);
    expect(Number(dut.peek("u1.step"))).toBe(9);
  });

  it("and no other: the list is what the Verilog declares", () => {
    const declared = emitVerilog(dut.circuit).modules.map(({ name, text }) => {
      const found = [
        ...text.matchAll(
          /^ +(?:input|output)?(?: ?(?:wire|reg))? (?:signed )?(?:\[\d+:0\] )?([A-Za-z_]\w*)(?: = .*)?[;,]?(?: \/\/.*)?$/gm,
        ),
      ];
      return [
        name,
        found.map((match) => match[1]).filter((net) => !["unused_bits", "end", "else"].includes(net)),
      ] as const;
    });
    const inModule = new Map(declared);
    const wanted = [...inModule.keys()].flatMap((module) => {
      const prefixes = module === "pair" ? [""] : ["u0.", "u1."];
      return prefixes.flatMap((prefix) => (inModule.get(module) ?? []).map((net) => prefix + net));
    });
    expect(dut.nets().sort()).toEqual(wanted.sort());
    for (const net of dut.nets()) expect(() => dut.peek(net)).not.toThrow();
  });

  it("and so is every word of a memory", () => {
    const store = defineModule("store", (p: { width: number }) => ({
      ports: { at: input(uint(2)), data: input(uint(p.width)), out: output(uint(p.width)) },
      build({ at, data, out }, m) {
        const words = m.mem("words", 4, uint(p.width));
        words.write({ address: at, data });
        out.set(words.read("seen", at));
      },
    }));
    for (const width of [1, 7, 8, 20, 32, 33, 64, 100]) {
      const memory = simulate(store, { width });
      const values = [0, 1, 2, 3].map((i) =>
        BigInt.asUintN(width, (0x9e3779b97f4a7c15f39cc0605n * BigInt(i + 3)) >> 2n),
      );
      values.forEach((value, address) => {
        memory.in.at = address;
        memory.in.data = value;
        memory.tick();
      });
      const seen = values.map((_, address) => memory.peek(`words[${address}]`));
      expect(seen.map(BigInt)).toEqual(values);
      if (width <= 32) expect(seen.every((value) => typeof value === "number")).toBe(true);
      expect(() => memory.peek("words[4]")).toThrow(HdlError);
    }
  });

  it("a misspelt one is answered with the nearest", () => {
    expect(failure(() => dut.peek("u0.vlaue"))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "u0.vlaue". [unknown-net]
           … | expect(failure(() => dut.peek("u0.vlaue"))).toMatchInlineSnapshot(\`
             |                          ^
        expected: such as "u0.value"
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
    expect(failure(() => dut.peek("nothing like it"))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "nothing like it". [unknown-net]
           … | expect(failure(() => dut.peek("nothing like it"))).toMatchInlineSnapshot(\`
             |                          ^
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
    expect(failure(() => dut.trace("low" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: trace takes a list of paths. [wrong-argument]
           … | expect(failure(() => dut.trace("low" as never))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a list of paths
        found:    The string "low"
        fix:      Write \`dut.trace([path])\`; without, the ports are recorded."
    `);
    expect(failure(() => dut.trace(["low", "hihg"]))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "hihg". [unknown-net]
           … | expect(failure(() => dut.trace(["low", "hihg"]))).toMatchInlineSnapshot(\`
             |                          ^
        expected: such as "high"
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
  });
});

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

it("refuses what is too large for the engine, at the memory", () => {
  const large = defineModule("roomy", (_: object) => ({
    ports: { a: input(uint(30)), q: output(uint(32)) },
    build({ a, q }, m) {
      const words = m.mem("words", 2 ** 30, uint(32));
      words.write({ address: a, data: 0 });
      q.set(words.read("word", a));
    },
  }));
  const failed = expect.objectContaining({
    code: "design-too-large",
    details: expect.objectContaining({
      expected: "at most 2 GiB",
      found: '4 GiB, of these 4 GiB for memory "words" of 1073741824 words of 32 bits',
      where: expect.stringMatching(/simulate\.test\.ts:\d+/),
    }),
  });
  expect(() => simulate(large, {})).toThrow(failed);
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

it("says how to write a whole bundle", () => {
  const pair = defineModule("pair", (_: object) => ({
    ports: { r: input(record({ x: bit, y: bit })), v: input(vec(2, bit)), q: output(bit) },
    build({ r, v, q }, m) {
      m.unused(r, v);
      q.set(true);
    },
  }));
  const { in: inputs } = simulate(pair, {}) as { in: Record<string, unknown> };
  const write = (port: string, value: unknown) => () => {
    inputs[port] = value;
  };
  expect(write("r", { x: true })).toThrow("fix:      Give a value for every field and no other, or set one field.");
  expect(write("v", [true])).toThrow("fix:      Give an array of 2.");
  const clocked = simulate(pair, {});
  expect(() => clocked.tick(1, ["clk"])).toThrow("fix:      Leave the clocks out.");
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
