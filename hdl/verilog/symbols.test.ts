import { expect, it } from "vitest";
import {
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  enumOf,
  input,
  output,
  record,
  select,
  uint,
  vec,
} from "../index.ts";

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
      localparam LEVEL_LOW = 1'd0;
      localparam LEVEL_HIGH_Z = 1'd1;
      localparam [1:0] STATE_IDLE = 2'd0;
      localparam [1:0] STATE_SEND = 2'd1;
      localparam [1:0] STATE_WAIT_FOR_BUS = 2'd2;

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

const pace = enumOf("stop", "walk", "run");

it("names constants after their enum, whatever registers have it and in which order they are assigned", () => {
  const build = (first: "seen" | "own") =>
    defineModule("paced", (_: Record<string, never>) => ({
      ports: { on: input(bit), x: input(pace), fast: output(bit), y: output(pace) },
      build({ on, x, fast, y }, m) {
        const seen = m.reg("seen", pace, { reset: "walk" });
        const own = m.reg("own", pace, { reset: "stop" });
        if (first === "seen") m.when(on, () => seen.set("run"));
        m.when(on, () => own.set(x));
        if (first === "own") m.when(on, () => seen.set("run"));
        fast.set(own.eq("run"));
        y.set(seen);
      },
    }));
  const texts = (["seen", "own"] as const).map((first) => plain(emitVerilog(elaborate(build(first), {})).text));
  for (const text of texts) {
    expect(text.match(/localparam.*/g)).toEqual([
      "localparam [1:0] PACE_STOP = 2'd0;",
      "localparam [1:0] PACE_WALK = 2'd1;",
      "localparam [1:0] PACE_RUN = 2'd2;",
    ]);
    expect(text).toContain("assign fast = own == PACE_RUN;");
  }
  const [before, after] = texts.map((text) => text.split("\n").sort());
  expect(after).toEqual(before);
});

it("finds the name of an enum in a record, a port, a call, and above a long line", () => {
  const nested = record({ kind: enumOf("load", "store"), lanes: vec(2, enumOf("empty", "full")) });
  const severalLinesOfSource =
    // A comment in between.
    enumOf("one", "two");
  /** Where the elements belong to: here, there. */
  const belowWords = enumOf<"first" | "second">("first", "second");
  const parts = defineModule("parts", (p: { words: readonly string[] }) => ({
    ports: {
      on: input(bit),
      port: output(vec(2, enumOf("low", "high"))),
      kind: output(nested.fields.kind),
      several: output(severalLinesOfSource),
      below: output(belowWords),
      out: output(bit),
    },
    build({ on, port, kind, several, below, out }, m) {
      below.set("first");
      port.set(["low", "high"]);
      several.set("two");
      const table = m.reg("table", nested, { reset: { kind: "store", lanes: ["full", "empty"] } });
      table.set(table);
      kind.set(table.kind);
      const called = m.reg("hold", enumOf("keep", "drop"), { reset: "drop" });
      called.set(select(called.type, on, "keep", "drop"));
      const [left, right] = ["left", "right"].map((side) => {
        const made = m.reg(`${side}_side`, enumOf(...p.words), { reset: "here" });
        m.when(on, () => made.set("there"));
        return made;
      });
      out.set(called.eq("keep").and(left.eq("here")).and(right.eq("there")));
    },
  }));
  const { text } = emitVerilog(elaborate(parts, { words: ["here", "there"] }));
  expect(text.match(/(?<=localparam )\S+/g)).toEqual([
    "BELOW_WORDS_FIRST",
    "HOLD_KEEP",
    "HOLD_DROP",
    "KIND_STORE",
    "LANES_EMPTY",
    "LANES_FULL",
    // No name in the source: each register's own.
    "LEFT_SIDE_HERE",
    "LEFT_SIDE_THERE",
    "PORT_LOW",
    "PORT_HIGH",
    "RIGHT_SIDE_HERE",
    "RIGHT_SIDE_THERE",
    "SEVERAL_LINES_OF_SOURCE_TWO",
  ]);
});
