/** Of a target that several lines assign, errors show the line that is at fault. */
import { expect, it } from "vitest";
import {
  type BitSignal,
  type Builder,
  bit,
  defineModule,
  elaborate,
  HdlError,
  input,
  output,
  type Ports,
  stream,
  type UIntSignal,
  uint,
} from "../index.ts";

/** The excerpts of the error: every line of the source that it shows. */
function shown(ports: Ports, build: (inside: never, m: Builder) => void): string[] {
  const design = defineModule("probe", (_: Record<string, never>) => ({ ports, build: build as never }));
  try {
    elaborate(design, {});
  } catch (error) {
    if (!(error instanceof HdlError)) throw error;
    return [...error.message.matchAll(/^ *\d+ \| (.*)$/gm)].map(([, line]) => line.trim());
  }
  return [];
}

const twoBits = { c: input(bit), d: input(bit), q: output(uint(4)) };
type TwoBits = { c: BitSignal; d: BitSignal; q: UIntSignal<4> & { set(value: unknown): void } };

it("of a loop: the value that closes it", () => {
  const lines = shown(twoBits, ({ c, d, q }: TwoBits, m) => {
    const w = m.wire("w", uint(4));
    const y = m.node("y", w.not());
    w.set(0);
    m.when(c, () => {
      w.set(y);
    });
    m.when(d, () => {
      w.set(5);
    });
    q.set(w);
  });
  expect(lines).toEqual(["w.set(y);", 'const y = m.node("y", w.not());']);
});

it("of a loop: the condition that closes it, of the arm that has it", () => {
  const lines = shown(twoBits, ({ c, d, q }: TwoBits, m) => {
    const w = m.wire("w", bit);
    w.set(false);
    m.when(c, () => w.set(true))
      .elseWhen(w.and(d), () => w.set(d))
      .otherwise(() => w.set(c));
    q.set(w.asUint().extend(4));
  });
  expect(lines).toEqual([".elseWhen(w.and(d), () => w.set(d))"]);
});

it("of a loop over several bits: each with its own line", () => {
  const lines = shown(twoBits, ({ c, d, q }: TwoBits, m) => {
    const w = m.wire("w", uint(4));
    m.unused(d);
    w.setBit(0, w.bit(3).not());
    w.setBit(1, w.bit(0).not());
    w.setBit(2, w.bit(1).and(c));
    w.setBit(3, w.bit(2).not());
    q.set(w);
  });
  expect(lines).toEqual([
    "w.setBit(0, w.bit(3).not());",
    "w.setBit(3, w.bit(2).not());",
    "w.setBit(2, w.bit(1).and(c));",
    "w.setBit(1, w.bit(0).not());",
  ]);
});

it("of two clock domains: the assignment of a port, and of a register", () => {
  const ports = { ...twoBits, x: input(uint(4), { domain: "other" }) };
  const intoPort = shown(ports, ({ c, d, q, x }: TwoBits & { x: UIntSignal<4> }, m) => {
    q.set(0);
    m.when(c, () => {
      q.set(x);
    });
    m.when(d, () => {
      q.set(5);
    });
  });
  expect(intoPort[0]).toBe("q.set(x);");
  const intoRegister = shown(ports, ({ c, d, q, x }: TwoBits & { x: UIntSignal<4> }, m) => {
    const r = m.reg("r", uint(4), { reset: 0 });
    q.set(r);
    m.when(c, () => r.set(x));
    m.when(d, () => r.set(3));
  });
  expect(intoRegister[0]).toBe("m.when(c, () => r.set(x));");
  expect(intoRegister).toContain('const r = m.reg("r", uint(4), { reset: 0 });');
});

it("of a valid that waits: the assignment that does", () => {
  const ports = { c: input(bit), d: input(bit), o: output(stream(uint(4))) };
  // biome-ignore lint/suspicious/noExplicitAny: the type of a stream inside adds nothing here
  const lines = shown(ports, ({ c, d, o }: any, m) => {
    o.data.set(0);
    o.valid.set(false);
    m.when(c, () => {
      o.valid.set(o.ready);
    });
    m.when(d, () => {
      o.valid.set(true);
    });
  });
  expect(lines).toContain("o.valid.set(o.ready);");
  expect(lines).not.toContain("o.valid.set(true);");
});

it("of a foreign signal: the assignment that uses it", () => {
  let leaked: BitSignal | undefined;
  shown({ x: input(bit), y: output(bit) }, ({ x, y }: { x: BitSignal; y: { set(v: unknown): void } }) => {
    leaked = x;
    y.set(x);
  });
  const lines = shown(twoBits, ({ c, d, q }: TwoBits, m) => {
    q.set(0);
    m.when(c, () => {
      q.set(leaked?.asUint().extend(4));
    });
    m.when(d, () => {
      q.set(5);
    });
  });
  expect(lines[0]).toBe("q.set(leaked?.asUint().extend(4));");
});
