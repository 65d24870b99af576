/** Bits of a target assigned apart from each other: what is printed. */
import { expect, it } from "vitest";
import { bit, defineModule, elaborate, emitVerilog, input, output, sint, uint } from "../index.ts";

const parts = defineModule("parts", (_: Record<string, never>) => ({
  ports: {
    high: input(uint(4)),
    low: input(uint(4)),
    load: input(bit),
    mark: input(bit),
    q: output(uint(8)),
    r: output(sint(8)),
    s: output(uint(8)),
  },
  build({ high, low, load, mark, q, r, s }, m) {
    q.set(0);
    m.when(load, () => q.setBits(7, 4, high)).elseWhen(mark, () => q.setBit(3, true));
    const state = m.reg("state", sint(8), { reset: -1 });
    m.when(load, () => state.setBits(7, 4, high.addWrap(low)));
    m.when(mark, () => state.setBits(5, 2, low));
    r.set(state);
    s.setBits(7, 4, low);
    s.setBits(3, 0, high);
  },
}));

it("prints an assignment a piece, and whole words as before", () => {
  const text = emitVerilog(elaborate(parts, {})).text.replaceAll(/ \/\/ .*$/gm, "");
  expect(text.slice(text.indexOf(");") + 3)).toMatchInlineSnapshot(`
    "  reg signed [7:0] state;

      assign q[7:4] = load ? high : 4'd0;
      assign q[3] = load ? 1'b0 : mark;
      assign q[2:0] = 3'd0;

      wire [3:0] state_high_plus_low = high + low;

      always @(posedge clock)
        if (reset) state <= -8'sd1;
        else begin
          if (load) state[7:6] <= state_high_plus_low[3:2];
          if (mark) state[5:4] <= low[3:2];
          else if (load) state[5:4] <= state_high_plus_low[1:0];
          if (mark) state[3:2] <= low[1:0];
        end

      assign r = state;
      assign s = {low, high};
    endmodule
    "
  `);
});

it("all bits of a signed target are one piece", () => {
  const module = defineModule("whole", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), r: output(sint(8)) },
    build: ({ a, r }) => r.setBits(7, 0, a),
  }));
  expect(emitVerilog(elaborate(module, {})).text).toContain("assign r = a;");
});
