import { expect, it } from "vitest";
import { bit, defineModule, elaborate, emitVerilog, enumOf, input, output, uint } from "../index.ts";

/** The text without positions, which change with every edit of this file. */
const plain = (text: string) => text.replaceAll(/ \/\/ [\w/.-]+:\d+$/gm, "");

const sender = defineModule("sender", (_: Record<string, never>) => ({
  ports: { start: input(bit), done: input(bit), level: output(enumOf("low", "highZ")), step: output(uint(2)) },
  build({ start, done, level, step }, m) {
    level.set("low");
    step.set(0);
    m.fsm("state", {
      initial: "idle",
      states: {
        idle: (go) => m.when(start, () => go("send")),
        send: (go) => {
          step.set(1);
          level.set("highZ");
          m.when(done, () => go("waitForBus"));
        },
        waitForBus: (go) => go("idle"),
      },
    });
  },
}));

it("writes the values of an enum as constants with names", () => {
  expect(plain(emitVerilog(elaborate(sender, {})).text)).toMatchInlineSnapshot(`
    "module sender (
      input wire clock,
      input wire reset,
      input wire start,
      input wire done,
      output wire level,
      output wire [1:0] step
    );
      localparam [1:0] STATE_IDLE = 2'd0;
      localparam [1:0] STATE_SEND = 2'd1;
      localparam [1:0] STATE_WAIT_FOR_BUS = 2'd2;
      localparam LEVEL_LOW = 1'd0;
      localparam LEVEL_HIGH_Z = 1'd1;

      reg [1:0] state;

      assign step = (state == STATE_SEND) ? 2'd1 : 2'd0;
      assign level = (state == STATE_SEND) ? LEVEL_HIGH_Z : LEVEL_LOW;

      always @(posedge clock)
        if (reset) state <= STATE_IDLE;
        else if (state == STATE_IDLE) begin
          if (start) state <= STATE_SEND;
        end
        else if (state == STATE_SEND) begin
          if (done) state <= STATE_WAIT_FOR_BUS;
        end
        else state <= STATE_IDLE;
    endmodule
    "
  `);
});

it("keeps enums apart, and names clear of the user's", () => {
  const two = defineModule("two", (_: Record<string, never>) => ({
    ports: { on: input(bit), MODE_IDLE: output(bit), q: output(bit) },
    build({ on, MODE_IDLE, q }, m) {
      const mode = m.reg("mode", enumOf("idle", "busy"), { reset: "idle" });
      const phase = m.reg("phase", enumOf("first", "idle", "i"), { reset: "first" });
      mode.set("busy");
      m.when(on, () => phase.set("idle")).otherwise(() => phase.set("first"));
      MODE_IDLE.set(mode.eq("idle"));
      q.set(phase.eq("idle"));
    },
  }));
  const lines = plain(emitVerilog(elaborate(two, {})).text).split("\n");
  expect(lines.filter((line) => line.includes("localparam"))).toEqual([
    "  localparam MODE_IDLE_2 = 1'd0;",
    "  localparam MODE_BUSY = 1'd1;",
    "  localparam [1:0] PHASE_FIRST = 2'd0;",
    "  localparam [1:0] PHASE_IDLE = 2'd1;",
  ]);
  expect(lines).toContain("  assign MODE_IDLE = mode == MODE_IDLE_2;");
  expect(lines).toContain("  assign q = phase == PHASE_IDLE;");
});
