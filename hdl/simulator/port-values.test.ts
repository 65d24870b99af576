/** Values of ports in the typed handle of the in-process simulator, and what does not fit them. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import { counter, echoModule, operation } from "../fixtures/simulated.ts";
import { bit, defineModule, HdlError, input, output, record, simulate, vec } from "../index.ts";

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
      "hdl/simulator/port-values.test.ts:…: in.count: The literal 4294967296 does not fit uint(32). [literal-out-of-range]
           … | expect(failure(() => (given.count = 2 ** 32))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 4294967295
        fix:      Write a whole number from 0 to 4294967295."
    `);
    expect(failure(() => (given.level = -129))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.level: The literal -129 does not fit sint(8). [literal-out-of-range]
           … | expect(failure(() => (given.level = -129))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from -128 to 127
        fix:      Write a whole number from -128 to 127."
    `);
    expect(failure(() => (given.points[1].x = 8))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.points[1].x: The literal 8 does not fit sint(4). [literal-out-of-range]
           … | expect(failure(() => (given.points[1].x = 8))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a whole number from -8 to 7
        fix:      Write a whole number from -8 to 7."
    `);
    expect(failure(() => (given.wide = -1n))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.wide: The literal -1 does not fit uint(80). [literal-out-of-range]
           … | expect(failure(() => (given.wide = -1n))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 1208925819614629174706175
        fix:      Write a whole number from 0 to 1208925819614629174706175."
    `);
    expect(failure(() => (given.share = 0.7))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.share: The literal 0.7 is not exact in fixed(2, 6). [literal-out-of-range]
           … | expect(failure(() => (given.share = 0.7))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a multiple of 2^-6, such as 0.6875 or 0.703125
        fix:      Write the one that is meant, or { raw: n } for n * 2^-FL."
    `);
    expect(failure(() => (given.operation = "sub" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.operation: "sub" is no value of enumOf("add", "negate", "clear"). [unknown-value]
           … | expect(failure(() => (given.operation = "sub" as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "add", "negate", "clear"
        fix:      Use one of the values that there are."
    `);
    expect(failure(() => (given.flag = 2 as never))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.flag: The literal 2 does not fit bit. [literal-out-of-range]
           … | expect(failure(() => (given.flag = 2 as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: true or false
        fix:      Write true or false."
    `);
    expect(failure(() => (given.count = 1.5))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.count: The literal 1.5 does not fit uint(32). [literal-out-of-range]
           … | expect(failure(() => (given.count = 1.5))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a whole number from 0 to 4294967295
        fix:      Write a whole number from 0 to 4294967295."
    `);
    expect(failure(() => (given.load.data.value = "1" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.load.data.value: The string "1" is no value of uint(4). [literal-out-of-range]
           … | expect(failure(() => (given.load.data.value = "1" as never))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a whole number from 0 to 15
        fix:      Number(text) makes a number of a string, before the hardware is described."
    `);
    expect(failure(() => (given.point = { x: 1 } as never))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.point: the value has another shape than the port. [width-mismatch]
           … | expect(failure(() => (given.point = { x: 1 } as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: fields x, on
        found:    fields x
        fix:      Give a value for every field and no other, or set one field."
    `);
    expect(failure(() => (given.points = [{ x: 1, on: 0 }] as never))).toMatchInlineSnapshot(`
      "hdl/simulator/port-values.test.ts:…: in.points: the value has another shape than the port. [width-mismatch]
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
    "hdl/simulator/port-values.test.ts:…: "out" holds 3, which is no value of enumOf("add", "negate", "clear"). [unknown-value]
         … | const seeds = [...Array(64).keys()].map((seed) => failure(() => simulate(raw, {}, { seed }).out.out));
           |                                                                                             ^
      expected: 0 to 2
      fix:      Use one of the values that there are."
  `);
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
