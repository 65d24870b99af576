import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  bit,
  defineExternal,
  defineModule,
  elaborate,
  emitVerilog,
  HdlError,
  input,
  output,
  Simulator,
  stream,
  uint,
  type VerilogParameter,
} from "../index.ts";

/** A vendor's multiply-accumulate block, with a model of what it does. */
const vendorMac = defineExternal("vendor_mac", ({ width }: { width: number }) => ({
  summary: "The vendor's multiply-accumulate.",
  ports: { a: input(uint(width)), b: input(uint(width)), sum: output(uint(2 * width)) },
  verilog: {
    module: "VENDOR_MAC",
    parameters: { WIDTH: width, MODE: "FAST" },
    pins: { a: "A", b: "B", sum: "P", clock: "CLK", reset: "RST" },
  },
  model({ a, b, sum }, m) {
    const total = m.reg("total", uint(2 * width), { reset: 0 });
    total.set(total.addWrap(a.mul(b)));
    sum.set(total);
  },
}));

const oracle = defineExternal("oracle", (_: Record<string, never>) => ({
  ports: { question: input(bit), answer: output(bit) },
  verilog: { module: "ORACLE", controls: ["clock"] },
}));

const top = defineModule("top", (_: Record<string, never>) => ({
  ports: { x: input(uint(4)), y: output(uint(8)) },
  build({ x, y }, m) {
    y.set(m.inst("mac", vendorMac, { width: 4 }, { a: x, b: 3 }).sum);
  },
}));

const asking = defineModule("asking", (_: Record<string, never>) => ({
  ports: { q: output(bit) },
  build({ q }, m) {
    q.set(m.inst("wise", oracle, {}, { question: true }).answer);
  },
}));

describe("black boxes", () => {
  it("print as instances of the foreign module, with its pins and parameters, and are not printed themselves", () => {
    const { text } = emitVerilog(elaborate(top, {}));
    expect(text).toMatchInlineSnapshot(`
      "module top (
        input wire clock,
        input wire reset,
        input wire [3:0] x, // hdl/module/external.test.ts:40
        output wire [7:0] y // hdl/module/external.test.ts:40
      );
        wire [7:0] mac_sum; // hdl/module/external.test.ts:42

        VENDOR_MAC #(.WIDTH(4), .MODE("FAST")) mac ( // hdl/module/external.test.ts:42
          .CLK(clock),
          .RST(reset),
          .A(x),
          .B(4'd3),
          .P(mac_sum)
        );

        assign y = mac_sum; // hdl/module/external.test.ts:42
      endmodule
      "
    `);
    expect(emitVerilog(elaborate(top, {}), { reset: "async-low" }).text).toContain(".RST(!reset_n)");
  });

  it("simulate by their model", () => {
    const simulator = new Simulator(elaborate(top, {}));
    simulator.in.reset = 1;
    simulator.step();
    simulator.in.reset = 0;
    simulator.in.x = 5;
    simulator.step(3);
    expect(simulator.out.y).toBe(45);
  });

  it("print as their model where the Verilog has to be whole", () => {
    const { modules } = emitVerilog(elaborate(top, {}), { blackBoxes: "modelled" });
    expect(modules.map(({ name }) => name)).toEqual(["vendor_mac_width4", "top"]);
    expect(modules[1].text).toContain("vendor_mac_width4 mac (");
  });

  it("are no top of a Verilog, which would be empty, but with their model", () => {
    const circuit = elaborate(vendorMac, { width: 4 });
    expect(failure(() => emitVerilog(circuit))).toContain(
      'The top "vendor_mac" is a black box, whose Verilog comes from elsewhere. [wrong-argument]',
    );
    expect(emitVerilog(circuit, { blackBoxes: "modelled" }).text).toContain("module vendor_mac (");
  });

  it("without a model can be printed, and not simulated", () => {
    const circuit = elaborate(asking, {});
    expect(emitVerilog(circuit).text).toContain("ORACLE wise (");
    expect(emitVerilog(circuit).blackBoxes[0].text).toContain("(* blackbox *)\nmodule ORACLE (");
    expect(() => new Simulator(circuit)).toThrow(HdlError);
    expect(() => new Simulator(circuit)).toThrow(/The black box "oracle" cannot be simulated: it has no model/);
  });

  it("with several widths of ports are left out of the stubs, and are a module each where they are printed as models", () => {
    const both = defineModule("both", (_: Record<string, never>) => ({
      ports: { x: input(uint(4)), w: input(uint(6)), y: output(uint(8)), z: output(uint(12)) },
      build({ x, w, y, z }, m) {
        y.set(m.inst("lower", vendorMac, { width: 4 }, { a: x, b: 3 }).sum);
        z.set(m.inst("upper", vendorMac, { width: 6 }, { a: w, b: 3 }).sum);
      },
    }));
    const circuit = elaborate(both, {});
    const { text, blackBoxes } = emitVerilog(circuit);
    expect(text.match(/VENDOR_MAC #\(\.WIDTH\(\d\), /g)).toEqual([
      "VENDOR_MAC #(.WIDTH(4), ",
      "VENDOR_MAC #(.WIDTH(6), ",
    ]);
    // Neither has the widths of the other's ports.
    expect(blackBoxes[0].text).toMatch(/^\/\/ VENDOR_MAC is left out: its instances differ in their ports/);
    expect(blackBoxes[0].text).not.toContain("module VENDOR_MAC");
    const { modules } = emitVerilog(circuit, { blackBoxes: "modelled" });
    expect(new Set(modules.map(({ name }) => name)).size).toBe(3);
    for (const { name, text: own } of modules) expect(own).toContain(`module ${name} (`);
  });

  it("with several sets of parameters and equal ports are one stub, of the first", () => {
    const scaler = defineExternal("scaler", ({ gain }: { gain: number }) => ({
      ports: { a: input(uint(4)), q: output(uint(4)) },
      verilog: { module: "SCALER", parameters: { GAIN: gain } },
    }));
    const pair = defineModule("pair", (_: Record<string, never>) => ({
      ports: { a: input(uint(4)), q: output(uint(4)) },
      build: ({ a, q }, m) => {
        const { q: once } = m.inst("one", scaler, { gain: 1 }, { a });
        q.set(m.inst("two", scaler, { gain: 2 }, { a: once }).q);
      },
    }));
    const [{ text: stub }] = emitVerilog(elaborate(pair, {})).blackBoxes;
    expect(stub.match(/^module .*/gm)).toEqual(["module SCALER #("]);
    expect(stub).toContain("  parameter GAIN = 1\n) (");
  });

  it("write texts as Verilog strings", () => {
    const box = defineExternal("box", (_: Record<string, never>) => ({
      ports: { q: output(bit) },
      verilog: { module: "BOX", parameters: { TEXT: 'a "b" \\ c\nd\té' } },
    }));
    const user = defineModule("user", (_: Record<string, never>) => ({
      ports: { q: output(bit) },
      build: ({ q }, m) => q.set(m.inst("one", box, {}, {}).q),
    }));
    const { text, blackBoxes } = emitVerilog(elaborate(user, {}));
    const written = String.raw`"a \"b\" \\ c\nd\011\303\251"`;
    expect(text).toContain(`BOX #(.TEXT(${written})) one (`);
    expect(blackBoxes[0].text).toContain(`parameter TEXT = ${written}`);
  });

  it("have names and parameters that Verilog can hold", () => {
    const boxed =
      (verilog: { module?: string; parameters?: Record<string, VerilogParameter>; pins?: Record<string, string> }) =>
      () => {
        const box = defineExternal("box", (_: Record<string, never>) => ({
          ports: { a: input(bit), q: output(bit) },
          verilog: { module: "BOX", ...verilog },
        }));
        const user = defineModule("user", (_: Record<string, never>) => ({
          ports: { a: input(bit), q: output(bit) },
          build: ({ a, q }, m) => q.set(m.inst("one", box, {}, { a }).q),
        }));
        return emitVerilog(elaborate(user, {}));
      };
    const parameter = (value: VerilogParameter) => failure(boxed({ parameters: { P: value } }));
    expect(parameter({ width: 70, value: 2n ** 70n - 1n })).toBe("no error");
    expect(parameter(-(2 ** 31))).toBe("no error");
    expect(parameter(-(2 ** 31) - 1)).toContain("[literal-out-of-range]");
    expect(parameter({ width: 70, value: -1n })).toContain("[literal-out-of-range]");
    expect(parameter({ width: 4, value: 16n })).toMatchInlineSnapshot(`
      "hdl/module/external.test.ts:…: The parameter "P" of the black box "box" does not fit: 16. [literal-out-of-range]
           … | build: ({ a, q }, m) => q.set(m.inst("one", box, {}, { a }).q),
             |                                 ^
        expected: a whole number from 0 to 2^4 - 1
        fix:      Write a number of that range; \`BigInt.asUintN(width, value)\` gives the bits of a negative one."
    `);
    expect(parameter({ width: 0, value: 0n })).toContain("expected: a width of 1 or more");
    for (const value of [1.5, Number.NaN, 2 ** 31]) expect(parameter(value)).toContain("[literal-out-of-range]");
    expect(failure(boxed({ module: "_BOX$1", pins: { a: "_a$" } }))).toBe("no error");
    expect(failure(boxed({ module: "MY-BOX" }))).toContain('"MY-BOX" cannot name a foreign module. [illegal-name]');
    expect(failure(boxed({ parameters: { "A B": 1 } }))).toContain('"A B" cannot name a parameter. [illegal-name]');
    expect(failure(boxed({ pins: { a: "wire" } }))).toContain('"wire" cannot name a pin. [illegal-name]');
    expect(failure(boxed({ pins: { a: "X", q: "X" } }))).toContain("[duplicate-name]");
    expect(failure(boxed({ pins: { a: "q" } }))).toContain("[duplicate-name]");
    expect(failure(boxed({ pins: { a: "q", q: "a" } }))).toBe("no error");
  });

  it("name pins of ports that there are", () => {
    const boxed = (pins: Record<string, string>) => () => {
      const box = defineExternal("box", (_: Record<string, never>) => ({
        ports: { words: input(stream(bit)), q: output(bit) },
        verilog: { module: "BOX", pins },
      }));
      const user = defineModule("user", (_: Record<string, never>) => ({
        ports: { words: input(stream(bit)), q: output(bit) },
        build: ({ words, q }, m) => q.set(m.inst("one", box, {}, { words }).q),
      }));
      return elaborate(user, {});
    };
    expect(failure(boxed({ q: "Q", words_valid: "VLD" }))).toBe("no error");
    expect(failure(boxed({ z: "Z" }))).toMatchInlineSnapshot(`
      "hdl/module/external.test.ts:…: The black box "box" has no port "z", for which it names the pin "Z". [unknown-port]
           … | build: ({ words, q }, m) => q.set(m.inst("one", box, {}, { words }).q),
             |                                     ^
        ports:    declared, hdl/module/external.test.ts:…
           … | ports: { words: input(stream(bit)), q: output(bit) },
             |                 ^
        expected: one of words_valid, words_ready, words_data, q
        fix:      Name pins by ports, and those of a record, a vec or a stream by their nets, such as \`<port>_valid\`."
    `);
    // In the editor too.
    const typed = () =>
      // @ts-expect-error: no such port
      defineExternal("box", (_: Record<string, never>) => ({
        ports: { words: input(stream(bit)), q: output(bit) },
        verilog: { module: "BOX", pins: { q: "Q", words_ready: "RDY", clock: "CLK", z: "Z" } },
      }));
    expect(typed).toBeTypeOf("function");
    expect(failure(boxed({ clock: "CLK" }))).toContain("A clock or a reset is there where the model uses it");
  });
});
