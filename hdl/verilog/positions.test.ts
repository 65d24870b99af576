import { describe, expect, it } from "vitest";
import { constructs } from "../fixtures/constructs.ts";
import { randomCircuit } from "../fixtures/random-circuit.ts";
import {
  arbitrated,
  bit,
  buffered,
  connect,
  crossed,
  defineModule,
  elaborate,
  emitVerilog,
  enumOf,
  input,
  mapped,
  type NetPosition,
  narrowed,
  output,
  queued,
  registered,
  registerFifo,
  select,
  sourceOf,
  stream,
  uint,
  verilogAt,
  widened,
} from "../index.ts";
import { afterOperands, itemValues } from "../walk.ts";
import { splitTangled } from "./split.ts";

const file = "hdl/verilog/positions.test.ts";

const child = defineModule("child", (_: Record<string, never>) => ({
  ports: { x: input(uint(8)), y: output(uint(8)) },
  build: ({ x, y }) => y.set(x.addWrap(1)),
}));

const levels = enumOf("low", "high");

/** Every line of this build stands a known number of lines below the first. */
const parent = defineModule("parent", (_: Record<string, never>) => ({
  ports: {
    a: input(uint(8)),
    on: input(bit),
    q: output(uint(8)),
  },
  build({ a, on, q }, m) {
    const held = m.reg("held", uint(8), { reset: 0 });
    const words = m.mem("words", 4, uint(8));
    const word = words.read("word", a.bits(1, 0));
    words.write({ address: a.bits(3, 2), data: held, enable: on });
    const u0 = m.inst("u0", child, {}, { x: held });
    const chosen = m.node("chosen", select(uint(8), on, word, u0.y));
    held.set(chosen.xor(a.mul(a).bits(9, 2)));
    q.set(held);
  },
}));

describe("the map from TypeScript to Verilog and back", () => {
  const { positions, modules } = emitVerilog(elaborate(parent, {}));
  const text = (module: string) => modules.find(({ name }) => name === module)?.text.split("\n") ?? [];
  const first = sourceOf(positions, "parent", "a")?.line as number;
  const made = (offset: number) =>
    verilogAt(positions, file, first + offset)
      .map(({ module, line, net }) => [
        net,
        text(module)
          [line - 1].replace(/ \/\/.*/, "")
          .slice(2),
      ])
      .filter(([, line]) => /^\w/.test(line));

  it("leads from a line to all lines of a statement", () => {
    expect(
      verilogAt(positions, file, first + 5).map(({ line }) => text("parent")[line - 1].replace(/ \/\/.*/, "")),
    ).toEqual([
      "  reg [7:0] held;",
      "  always @(posedge clock)",
      "    if (reset) held <= 8'd0;",
      "    else held <= chosen ^ held_a_times_a[9:2];",
    ]);
  });

  it("leads from a line to the lines that it made", () => {
    expect(made(1)).toEqual([["on", "input wire on,"]]);
    expect(made(5)).toEqual([
      ["held", "reg [7:0] held;"],
      ["held", "always @(posedge clock)"],
    ]);
    expect(made(6)).toEqual([["words", "reg [7:0] words [0:3];"]]);
    expect(made(7)).toEqual([
      ["word", "wire [7:0] word;"],
      ["word", "assign word = words[a[1:0]];"],
    ]);
    expect(made(8)).toEqual([["words", "always @(posedge clock)"]]);
    expect(made(9)).toEqual([
      ["u0_y", "wire [7:0] u0_y;"],
      ["u0", "child u0 ("],
    ]);
    expect(made(10)).toEqual([["chosen", "wire [7:0] chosen = on ? word : u0_y;"]]);
    expect(made(12)).toEqual([["q", "assign q = held;"]]);
    expect(made(13)).toEqual([]);
  });

  it("leads from a condition, and from an assignment in it, to the block of the register", () => {
    const held = defineModule("held", (_: Record<never, never>) => ({
      ports: { take: input(bit), x: input(uint(4)), q: output(uint(4)) },
      build({ take, x, q }, m) {
        const kept = m.reg("kept", uint(4), { reset: 0 });
        m.when(take, () => {
          kept.set(x);
        });
        q.set(kept);
      },
    }));
    const emitted = emitVerilog(elaborate(held, {}));
    const declared = sourceOf(emitted.positions, "held", "kept")?.line as number;
    for (const line of [declared + 1, declared + 2]) {
      const places = verilogAt(emitted.positions, file, line);
      const lines = places.map((place) => emitted.text.split("\n")[place.line - 1].replace(/ \/\/.*/, ""));
      expect(lines).toEqual([
        "  always @(posedge clock)",
        "    if (reset) kept <= 4'd0;",
        "    else if (take) kept <= x;",
      ]);
    }
  });

  const verilogOf = (emitted: ReturnType<typeof emitVerilog>, line: number) =>
    verilogAt(emitted.positions, file, line).map((place) =>
      emitted.text
        .split("\n")
        [place.line - 1].replace(/ \/\/.*/, "")
        .trim(),
    );

  it("leads from what a function returns, and from its call, to the statement in which it is written out", () => {
    const returning = defineModule("returning", (_: Record<never, never>) => ({
      ports: { a: input(uint(4)), b: input(uint(4)), q: output(uint(4)), r: output(uint(4)) },
      build({ a, b, q, r }) {
        const masked = (by: number) => {
          const other = b.or(by);
          return a.and(other);
        };
        q.set(masked(3).xor(b));
        const kept = masked(8);
        r.set(kept);
      },
    }));
    const emitted = emitVerilog(elaborate(returning, {}));
    const declared = sourceOf(emitted.positions, "returning", "a")?.line as number;
    const [other, returned, call, kept] = [3, 4, 6, 7].map((offset) => verilogOf(emitted, declared + offset));
    expect(returned).toEqual(["assign q = (a & q_other_b_3) ^ b;", "wire [3:0] kept = a & kept_other;"]);
    expect(other).toEqual(["wire [3:0] q_other_b_3 = b | 4'd3;", "wire [3:0] kept_other = b | 4'd8;"]);
    expect(call).toEqual(["wire [3:0] q_other_b_3 = b | 4'd3;", "assign q = (a & q_other_b_3) ^ b;"]);
    expect(kept).toEqual(["wire [3:0] kept_other = b | 4'd8;", "wire [3:0] kept = a & kept_other;"]);
    expect(sourceOf(emitted.positions, "returning", "kept")?.line).toBe(declared + 4);
  });

  it("leads from an enum, and from a machine, to the names of its values", () => {
    const machine = defineModule("machine", (_: Record<never, never>) => ({
      ports: { on: input(bit), level: output(levels), busy: output(bit) },
      build({ on, level, busy }, m) {
        const { is } = m.fsm("phase", {
          initial: "rest",
          states: { rest: (go) => m.when(on, () => go("work")), work: (go) => go("rest") },
        });
        level.set(select(levels, on, "high", "low"));
        busy.set(is("work"));
      },
    }));
    const emitted = emitVerilog(elaborate(machine, {}));
    const constants = emitted.text.match(/(?<=localparam ).*/g) as string[];
    const declared = sourceOf(emitted.positions, "machine", "on")?.line as number;
    const values = (line: number) => verilogOf(emitted, line).filter((text) => text.startsWith("localparam"));
    expect(values(declared + 2)).toEqual(["localparam PHASE_REST = 1'd0;", "localparam PHASE_WORK = 1'd1;"]);
    expect(sourceOf(emitted.positions, "machine", "PHASE_WORK")).toMatchObject({ file, line: declared + 2 });
    const { line = 0 } = sourceOf(emitted.positions, "machine", "LEVELS_HIGH") ?? {};
    expect(values(line)).toEqual(["localparam LEVELS_LOW = 1'd0;", "localparam LEVELS_HIGH = 1'd1;"]);
    expect(constants).toEqual([
      `LEVELS_LOW = 1'd0; // ${file}:${line}`,
      `LEVELS_HIGH = 1'd1; // ${file}:${line}`,
      `PHASE_REST = 1'd0; // ${file}:${declared + 2}`,
      `PHASE_WORK = 1'd1; // ${file}:${declared + 2}`,
    ]);
  });

  it("leads from a name to the line and column that declared it", () => {
    const lineOf = (net: string) => (sourceOf(positions, "parent", net)?.line ?? 0) - first;
    expect(["a", "q", "held", "words", "word", "u0", "u0_y", "chosen"].map(lineOf)).toEqual([0, 2, 5, 6, 7, 9, 9, 10]);
    expect(sourceOf(positions, "parent", "held")).toMatchObject({ file, column: 20 });
    // A net that the emitter named belongs to the line whose value it is a part of.
    expect(lineOf("held_a_times_a")).toBe(11);
    expect(sourceOf(positions, "child", "y")?.file).toBe(file);
    expect(sourceOf(positions, "parent", "nothing")).toBeUndefined();
  });

  it("is plain data", () => {
    expect(JSON.parse(JSON.stringify(positions))).toEqual(positions);
  });
});

describe("the map of parts of the library", () => {
  /** All parts that are modules, each made in a line of its own. */
  const parts = defineModule("parts", (_: Record<never, never>) => ({
    ports: {
      words: input(stream(uint(8))),
      others: input(stream(uint(8))),
      out: output(stream(uint(8)), { domain: "slow" }),
    },
    build({ words, others, out }, m) {
      const turns = arbitrated(m, "turns", [words, others]);
      const word = mapped(turns, uint(8), (either) => either.word);
      const forward = registered(m, "forward", word);
      const half = registered(m, "half", forward, "half");
      const skid = buffered(m, "skid", half);
      const queue = queued(m, "queue", skid, 3);
      const { pop } = m.inst("registers", registerFifo, { depth: 2, width: 8 }, { push: queue });
      const wide = widened(m, "wide", pop, 2);
      const narrow = narrowed(m, "narrow", wide);
      connect(out, crossed(m, "over", narrow, { to: "slow", depth: 4 }));
    },
  }));
  const circuit = elaborate(parts, {});
  const { positions, modules } = emitVerilog(circuit);
  const inside = circuit.modules.filter(({ name }) => name !== "parts");

  it("leads from every name in them to the line of the user that makes the part", () => {
    const top = circuit.modules.find(({ name }) => name === "parts");
    const made = new Map(
      top?.items.flatMap((item) => (item.kind === "inst" ? [[item.module, item.at.position?.line]] : [])),
    );
    // The synchronisers of the asynchronous queue are parts of a part.
    expect(inside.length).toBeGreaterThan(made.size);
    for (const { name, ports, items } of inside) {
      const line = made.get(name) ?? made.get("async_fifo_depth4_width8");
      const names = [
        ...ports.filter(({ role }) => role === "data").map((port) => port.name),
        ...items.flatMap((item) => ("name" in item ? [item.name] : [])),
      ];
      for (const net of names) expect([net, sourceOf(positions, name, net)]).toMatchObject([net, { file, line }]);
    }
  });

  it("leads back from that line to what they declare, and the Verilog names it", () => {
    for (const { name, items } of inside) {
      const text = modules.find((module) => module.name === name)?.text.split("\n") ?? [];
      for (const item of items) {
        if (item.kind !== "reg" && item.kind !== "mem") continue;
        const at = text.findIndex((line) => new RegExp(`^ .*\\breg\\b[^=]* ${item.name}\\b.*;`).test(line));
        const { line = 0 } = sourceOf(positions, name, item.name) ?? {};
        expect(text[at]).toContain(`// ${file}:${line}`);
        expect(verilogAt(positions, file, line)).toContainEqual({ module: name, line: at + 1, net: item.name });
      }
    }
  });
});

describe("the map of any circuit", () => {
  const circuits = [
    ...constructs.map(({ circuit }) => circuit()),
    ...Array.from({ length: 60 }, (_, seed) => randomCircuit(seed + 1, { defined: true })),
  ];

  it("has every name, at a line on which that name stands", () => {
    for (const circuit of circuits) {
      const { positions, modules } = emitVerilog(circuit);
      for (const { module, net, kind, verilog } of positions) {
        const lines = modules.find(({ name }) => name === module)?.text.split("\n") ?? [];
        const ofStatement = kind === "assignment" || kind === "part";
        const line = ofStatement ? verilog.map((at) => lines[at - 1]).join("\n") : lines[verilog[0] - 1];
        if (kind !== "memWrite" && kind !== "property") expect(line).toMatch(new RegExp(`\\b${net}\\b`));
      }
      const named = circuit.modules.flatMap(({ name, ports, items }) => [
        ...ports.filter(({ role }) => role === "data").map((port) => `${name}.${port.name}`),
        ...items.flatMap((item) => ("name" in item ? [`${name}.${item.name}`] : [])),
      ]);
      const mapped = new Set(positions.map(({ module, net }: NetPosition) => `${module}.${net}`));
      expect(named.filter((name) => !mapped.has(name))).toEqual([]);
    }
  });

  it("has every line that makes a part of a value", () => {
    for (const circuit of circuits) {
      const { positions } = emitVerilog(circuit);
      const known = new Set(positions.map(({ module, file, line }) => `${module} ${file}:${line}`));
      // What a tangled net is cut into reads pieces of others in the places of their bits.
      for (const { name, items } of splitTangled(circuit).modules) {
        const made = afterOperands(items.flatMap(itemValues), new Set()).filter(({ kind }) => kind !== "const");
        const lines = made.map(({ at }) => at).filter(({ position }) => position !== undefined);
        expect([...new Set(lines.map((at) => `${name} ${at}`))].filter((line) => !known.has(line))).toEqual([]);
      }
    }
  });

  it("holds what the comments in the Verilog say", () => {
    for (const circuit of circuits) {
      const { positions, modules } = emitVerilog(circuit);
      for (const { name, text } of modules) {
        text.split("\n").forEach((line, i) => {
          const comment = / \/\/ (\S+):(\d+)$/.exec(line);
          if (!comment) return;
          const places = verilogAt(positions, comment[1], Number(comment[2]));
          expect(places).toContainEqual(expect.objectContaining({ module: name, line: i + 1 }));
        });
      }
    }
  });
});
