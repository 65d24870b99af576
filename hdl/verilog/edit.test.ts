/** An edit of one line of TypeScript changes the lines of Verilog that it made, and no others. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Builder,
  defineModule,
  elaborate,
  emitVerilog,
  enumOf,
  input,
  output,
  record,
  select,
  stream,
  type UIntSignal,
  uint,
  vec,
} from "../index.ts";

/** A line of a build: what it makes out of earlier values. Every result is a uint(8). */
interface Line {
  readonly makes: number;
  readonly operator: number;
  readonly picks: readonly [number, number, number];
  readonly constant: number;
}

const half = defineModule("half", (_: { shift: number }) => ({
  ports: { x: input(uint(8)), y: output(uint(8)) },
  build: ({ x, y }) => y.set(x.subWrap(7)),
}));

const mode = enumOf("idle", "load", "run");
const tagged = record({ tag: mode, kind: enumOf("idle", "word"), words: vec(2, uint(8)) });

/** Some expression of several operators, so that the emitter has parts to name. */
function expressionOf({ operator, constant }: Line, a: UIntSignal, b: UIntSignal, c: UIntSignal): UIntSignal {
  const values = [
    () => a.mul(b).bits(11, 4),
    () => a.add(b).add(c).bits(8, 1),
    () => select(uint(8), a.lt(b), a.mul(c).bits(7, 0), b.xor(constant)),
    () => select(uint(8), a.eq(constant), b, c.not()),
    () => a.and(b).or(c.xor(a)).addWrap(constant),
    () => a.sub(b).asUint().bits(8, 1),
  ];
  return values[operator % values.length]();
}

const kinds = 10;

/** The name of what line `id` makes begins with the id, and so do all names that the emitter derives from it. */
function build(m: Builder, line: Line, id: string, values: readonly UIntSignal[]): UIntSignal {
  const [a, b, c] = line.picks.map((pick) => values[pick % values.length]);
  const value = expressionOf(line, a, b, c);
  const word = mode.values[line.constant % 3];
  switch (line.makes % kinds) {
    case 0:
      return m.node(id, value);
    case 1: {
      const register = m.reg(id, uint(8), { reset: line.constant });
      m.when(a.bit(0), () => register.set(value)).elseWhen(b.lt(c), () => register.set(line.constant));
      return register;
    }
    case 2: {
      const wire = m.wire(id, uint(8));
      wire.set(a);
      m.when(b.bit(1), () => wire.set(value)).otherwise(() => m.when(c.bit(2), () => wire.set(b)));
      return wire;
    }
    case 3: {
      const memory = m.mem(`${id}_words`, 8, uint(8));
      memory.write({ address: a.bits(2, 0), data: value, enable: b.bit(0) });
      return memory.read(`${id}_word`, c.bits(2, 0));
    }
    case 4:
      return m.inst(id, half, { shift: 1 }, { x: value }).y;
    case 5: {
      const register = m.reg(`${id}_mode`, mode, { reset: word });
      m.when(a.bit(0), () => register.set("run")).elseWhen(b.lt(c), () => register.set(word));
      return m.node(id, select(uint(8), register.eq("load"), a, b));
    }
    case 6: {
      const machine = m.fsm(`${id}_state`, {
        initial: "load",
        states: {
          idle: (go) => m.when(a.bit(1), () => go("load")),
          load: (go) => m.when(b.lt(c), () => go("idle")).elseWhen(b.eq(line.constant), () => go("load")),
        },
      });
      return m.node(id, select(uint(8), machine.is("load"), b, value));
    }
    case 7: {
      const lanes = m.reg(`${id}_lanes`, vec(2, uint(8)), { reset: [line.constant, 0] });
      m.when(a.bit(0), () => lanes.set([value, b])).elseWhen(b.lt(c), () => lanes[1].set(line.constant));
      return lanes[0];
    }
    case 8: {
      const entry = m.reg(`${id}_entry`, tagged, { reset: { tag: word, kind: "word", words: [0, line.constant] } });
      m.when(a.bit(0), () => entry.set({ tag: "run", kind: "idle", words: [value, b] }));
      m.when(b.lt(c), () => entry.tag.set(word));
      return m.node(id, select(uint(8), entry.tag.eq("load").or(entry.kind.eq("idle")), entry.words[0], c));
    }
    default: {
      const phase = m.reg(`${id}_phase`, enumOf("run", "idle"), { reset: "idle" });
      phase.set(select(phase.type, a.bit(2), "run", "idle"));
      return m.node(id, select(uint(8), phase.eq("run"), value, c));
    }
  }
}

const gathersUnread = /unused_bits|Bits that nothing reads|^ {4}\w+(\[[\d:]+\])?(, .*)?,$|^ {4}1'b0$|^ {2}};$/;

interface Numbered extends Line {
  readonly id: string;
}

/** The Verilog of a build, line by line, by the id of the line that made it. Who mentions a constant has its declaration. */
function verilogOf(lines: readonly Numbered[], uses: readonly string[]): Map<string, string[]> {
  const design = defineModule("edited", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), b: input(uint(8)), q: output(uint(8)) },
    build({ a, b, q }, m) {
      // There is a clock and a reset, whatever the lines make.
      const base = m.reg("base", uint(8), { reset: 0 });
      base.set(a);
      const values: UIntSignal[] = [a, b, base];
      m.unused(b);
      const made = new Map<string, UIntSignal>();
      for (const line of lines) {
        const value = build(m, line, line.id, values);
        // An added line is read by nothing that was there before.
        if (uses.includes(line.id)) values.push(value);
        made.set(line.id, value);
      }
      q.set(values[values.length - 1]);
    },
  }));
  const { modules, positions } = emitVerilog(elaborate(design, {}));
  const text = (modules.at(-1)?.text ?? "").split("\n").map((line) => line.replace(/ \/\/ \S+:\d+$/, ""));
  const owners = new Map(
    positions.filter(({ module }) => module === "edited").flatMap((p) => p.verilog.map((n) => [n, p.net])),
  );
  const byId = new Map<string, string[]>();
  const constants = text.filter((line) => line.includes(" localparam "));
  text.forEach((line, i) => {
    // Which bits nothing reads follows from all that might read them.
    if (line === "" || gathersUnread.test(line) || constants.includes(line)) return;
    const net = owners.get(i + 1) ?? "";
    const owner = /^[ln]\d+/.exec(net)?.[0] ?? net;
    byId.set(owner, [...(byId.get(owner) ?? []), line]);
  });
  for (const lines of byId.values()) {
    const mentioned = new Set(lines.flatMap((line) => line.match(/\b[A-Z][A-Z\d_]*\b/g) ?? []));
    lines.push(...constants.filter((line) => mentioned.has(/(\w+) = /.exec(line)?.[1] ?? "")));
  }
  return byId;
}

const line = fc.record(
  {
    makes: fc.nat(kinds - 1),
    operator: fc.nat(5),
    picks: fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)),
    constant: fc.integer({ min: 1, max: 254 }),
  },
  { noNullPrototype: true },
);
const design = fc
  .array(line, { minLength: 2, maxLength: 12 })
  .map((lines) => lines.map((l, i) => ({ ...l, id: `l${i}` })));

it("a changed line, whatever it made before and makes now", () => {
  fc.assert(
    fc.property(design, fc.nat(), line, (lines, pick, other) => {
      const uses = lines.map(({ id }) => id);
      const place = pick % lines.length;
      const { id, makes } = lines[place];
      // The same kind of thing under the same name, or the names that others read would change.
      const edited = lines.map((l, i) => (i === place ? { ...other, makes, id } : l));
      const [before, after] = [verilogOf(lines, uses), verilogOf(edited, uses)];
      before.delete(id);
      after.delete(id);
      expect(after).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

it("an added line, and so a removed one", () => {
  fc.assert(
    fc.property(design, fc.nat(), line, (lines, pick, other) => {
      const uses = lines.map(({ id }) => id);
      const place = pick % (lines.length + 1);
      const longer = [...lines.slice(0, place), { ...other, id: "n0" }, ...lines.slice(place)];
      const after = verilogOf(longer, uses);
      expect(after.has("n0")).toBe(true);
      after.delete("n0");
      expect(after).toEqual(verilogOf(lines, uses));
    }),
    { numRuns: 300 },
  );
});

/** The value that one of several lines gives a target; undefined is one without operators. */
type Arm = Line | undefined;

/** The Verilog of targets that four lines assign, and of a memory that four lines write, one after the other. */
function verilogOfArms(arms: readonly Arm[]): Set<string> {
  const own = arms.map((_, i) => `p${i}`);
  const design = defineModule("arms", (_: Record<string, never>) => ({
    ports: {
      ...{ a: input(uint(8)), b: input(uint(8)), c: input(uint(8)), on: input(uint(4)) },
      ...Object.fromEntries(own.map((name) => [name, input(uint(8))])),
      ...{ q: output(uint(8)), held_now: output(uint(8)), chosen: output(uint(8)), word: output(uint(8)) },
    },
    // biome-ignore lint/suspicious/noExplicitAny: the ports are made above
    build(io: any, m) {
      const [a, b, c] = [io.a, io.b, io.c] as UIntSignal[];
      m.unused(a, b, c);
      /** Every arm has a port of its own in it, so that no two are equal and fold. */
      const value = (i: number): UIntSignal => {
        const arm = arms[i];
        const plain = io[own[i]] as UIntSignal;
        if (!arm) return plain;
        const [x, y, z] = arm.picks.map((pick) => [a, b, c][pick % 3]);
        return expressionOf(arm, x, y, z).xor(plain) as UIntSignal;
      };
      const held = m.reg("held", uint(8), { reset: 0 });
      m.when(io.on.bit(0), () => held.set(value(0)))
        .elseWhen(io.on.bit(1), () => held.set(value(1)))
        .elseWhen(io.on.bit(2), () => held.set(value(2)))
        .elseWhen(io.on.bit(3), () => held.set(value(3)));
      io.held_now.set(held);
      io.q.set(value(0));
      m.when(io.on.bit(0), () => io.q.set(value(1)));
      m.when(io.on.bit(1), () => io.q.set(value(2))).otherwise(() => m.when(io.on.bit(2), () => io.q.set(value(3))));
      m.switch(io.on.bits(1, 0), {
        0: () => io.chosen.set(value(0)),
        1: () => io.chosen.set(value(1)),
        2: () => io.chosen.set(value(2)),
        3: () => io.chosen.set(value(3)),
      });
      const memory = m.mem("words", 8, uint(8));
      own.forEach((_, i) => {
        memory.write({ address: a.bits(2, 0), data: value(i), enable: io.on.bit(i) });
      });
      io.word.set(memory.read("read", c.bits(2, 0)));
    },
  }));
  const { text } = emitVerilog(elaborate(design, {}));
  const lines = text.split("\n").map((line) => line.replace(/ \/\/ \S+:\d+$/, ""));
  return new Set(lines.filter((line) => line !== "" && !gathersUnread.test(line)));
}

it("a changed value of one of several lines that assign the same target", () => {
  fc.assert(
    fc.property(
      fc.tuple(line, line, line, line),
      fc.nat(3),
      fc.option(line, { nil: undefined }),
      (lines, place, other) => {
        const changed = (value: Arm, rest: readonly Arm[]) => rest.map((one, i) => (i === place ? value : one));
        const alone = (value: Arm) =>
          verilogOfArms(
            changed(
              value,
              lines.map(() => undefined),
            ),
          );
        const [before, after] = [verilogOfArms(lines), verilogOfArms(changed(other, lines))];
        const gone = [...before].filter((text) => !after.has(text));
        const come = [...after].filter((text) => !before.has(text));
        // What the line makes, it makes in the same words whatever stands in the others.
        const [own, now] = [alone(lines[place]), alone(other)];
        expect(gone.filter((text) => !own.has(text))).toEqual([]);
        expect(come.filter((text) => !now.has(text))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

it("an added line that sets a field of a register", () => {
  const pixel = record({ r: uint(8), g: uint(8), b: uint(8) });
  const linesOf = (added: boolean) => {
    const design = defineModule("held", (_: Record<string, never>) => ({
      ports: { load: input(uint(1)), clear: input(uint(1)), a: input(pixel), q: output(pixel) },
      build({ load, clear, a, q }, m) {
        m.unused(clear);
        const kept = m.reg("kept", pixel, { reset: { r: 0, g: 0, b: 0 } });
        m.when(load.bit(0), () => kept.set(a));
        if (added) m.when(clear.bit(0), () => kept.g.set(0));
        q.set(kept);
      },
    }));
    const { text } = emitVerilog(elaborate(design, {}));
    return text.split("\n").filter((line) => !gathersUnread.test(line) && !line.includes("always"));
  };
  const [before, after] = [linesOf(false), linesOf(true)];
  expect(before.filter((line) => !after.includes(line))).toEqual([]);
  expect(after.filter((line) => !before.includes(line))).toEqual(["    else if (clear) kept_g <= 8'd0;"]);
});

/** Statements of which several may read the same value that no const names. */
interface Step {
  readonly condition: number;
  readonly target: number;
  readonly value: number;
}

it("an added or removed line that reads a condition, or a value of a stream, that others read too", () => {
  const steps = fc.array(fc.record({ condition: fc.nat(5), target: fc.nat(2), value: fc.nat(9) }), {
    minLength: 1,
    maxLength: 5,
  });
  const bodies = fc.array(steps, { minLength: 1, maxLength: 3 });
  /** The Verilog with the steps of each body as assignments under one condition. */
  const verilogOfBodies = (all: readonly (readonly Step[])[]): Set<string> => {
    const design = defineModule("bodies", (_: Record<string, never>) => ({
      ports: {
        ...{ a: input(uint(8)), b: input(uint(8)), words: input(stream(uint(8))) },
        ...{ p: output(uint(8)), q: output(uint(8)), r: output(uint(8)) },
      },
      build({ a, b, words, p, q, r }, m) {
        m.unused(a, b, words.data);
        words.ready.set(a.bit(7));
        const held = ["x", "y", "z"].map((name) => m.reg(name, uint(8), { reset: 0 }));
        const conditions = [
          () => words.fire,
          () => a.add(b).gt(300),
          () => a.eq(b),
          () => a.mul(b).bits(8, 1).ge(a),
          () => words.fire.and(a.bit(0)).or(b.bit(1)).and(b.lt(a)).and(a.ne(17)),
          () => a.bit(2).not().and(b.bit(3)),
        ];
        for (const register of held) m.when(a.bit(6), () => register.set(1));
        for (const body of all) {
          m.when(conditions[body[0].condition](), () => {
            for (const { target, value, condition } of body) {
              m.when(conditions[condition](), () => held[target].set(value));
              m.when(b.bit(value % 8), () => held[target].set(value));
            }
          });
        }
        p.set(held[0]);
        q.set(held[1]);
        r.set(held[2]);
      },
    }));
    const { text } = emitVerilog(elaborate(design, {}));
    const lines = text.split("\n").map((line) => line.replace(/ \/\/ \S+:\d+$/, ""));
    return new Set(lines.filter((line) => line !== "" && !gathersUnread.test(line)));
  };
  fc.assert(
    fc.property(
      bodies,
      fc.nat(),
      fc.record({ condition: fc.nat(5), target: fc.nat(2), value: fc.nat(9) }),
      (all, pick, added) => {
        const place = pick % all.length;
        const more = all.map((body, i) => (i === place ? [...body, added] : body));
        const [before, after] = [verilogOfBodies(all), verilogOfBodies(more)];
        const target = ["x", "y", "z"][added.target];
        const own = new RegExp(`\\b${target}(_\\w+)? (<?=)|^ *(?:else )?(?:if \\(.*\\)(?: begin)?|begin|end)$`);
        const others = (from: Set<string>, than: Set<string>) =>
          [...from].filter((line) => !than.has(line) && !own.test(line));
        // What else is there is the condition that nobody had read before.
        expect(others(before, after)).toEqual([]);
        expect(others(after, before).filter((line) => !line.includes("wire"))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
