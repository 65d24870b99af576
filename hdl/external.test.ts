import { describe, expect, it } from "vitest";
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
  uint,
} from "./index.ts";

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
        input wire [3:0] x, // hdl/external.test.ts:37
        output wire [7:0] y // hdl/external.test.ts:37
      );
        wire [7:0] mac_sum; // hdl/external.test.ts:39

        VENDOR_MAC #(.WIDTH(4), .MODE("FAST")) mac ( // hdl/external.test.ts:39
          .CLK(clock),
          .RST(reset),
          .A(x),
          .B(4'd3),
          .P(mac_sum)
        );

        assign y = mac_sum; // hdl/external.test.ts:39
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
    expect(modules.map(({ name }) => name)).toEqual(["vendor_mac", "top"]);
    expect(modules[1].text).toContain("vendor_mac mac (");
  });

  it("without a model can be printed, and not simulated", () => {
    const circuit = elaborate(asking, {});
    expect(emitVerilog(circuit).text).toContain("ORACLE wise (");
    expect(emitVerilog(circuit).blackBoxes).toContain("(* blackbox *)\nmodule ORACLE (");
    expect(() => new Simulator(circuit)).toThrow(HdlError);
    expect(() => new Simulator(circuit)).toThrow(/The black box "oracle" cannot be simulated: it has no model/);
  });
});
