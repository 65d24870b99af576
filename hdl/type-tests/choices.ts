/** What it refuses of enums, switches and state machines. */
import {
  at,
  type BitSignal,
  type Builder,
  bit,
  type Completion,
  type Condition,
  type EnumSignal,
  enumOf,
  type FixedSignal,
  fixed,
  record,
  type SIntSignal,
  type Switched,
  sint,
  type UIntSignal,
  uint,
  vec,
} from "../index.ts";

export function mixed(m: Builder, index: UIntSignal, anyWide: UIntSignal) {
  const [eight, four, signed] = [m.wire("a", uint(8)), m.wire("b", uint(4)), m.wire("s", sint(8))];
  const [coarse, fine] = [m.wire("x", fixed(4, 4)), m.wire("y", fixed(2, 6))];
  const [on, phase, other] = [m.wire("on", bit), m.wire("p", enumOf("a", "b")), m.wire("q", enumOf("b", "a", "c"))];
  eight.set(at([eight, eight.not(), anyWide], index));
  on.set(at([on, eight.nonzero()], index));
  phase.set(at([phase, phase], index));
  m.wire("pair", record({ x: uint(8) })).set(at(m.wire("v", vec(4, record({ x: uint(8) }))), index));
  // @ts-expect-error: different widths
  m.node("n0", at([eight, four], index));
  // @ts-expect-error: different signs
  m.node("n1", at([eight, signed], index));
  // @ts-expect-error: different formats of one width
  m.node("n2", at([coarse, fine], index));
  // @ts-expect-error: a truth value and a number
  m.node("n3", at([on, eight], index));
  // @ts-expect-error: different enums
  m.node("n4", at([phase, other], index));
}

export function refused(m: Builder) {
  const nothing = () => undefined;
  const phase = m.wire("phase", enumOf("idle", "load"));
  const other = m.wire("other", enumOf("idle", "load", "run"));
  phase.eq("load");
  phase.set(m.reg("next", enumOf("idle", "load"), { reset: "idle" }));
  m.wire("pair", record({ phase: enumOf("idle", "load"), on: bit })).set({ phase: "idle", on: true });
  m.switch(phase, { idle: nothing, load: nothing });
  m.switch(phase, { idle: nothing, default: nothing });
  m.switch(m.wire("n", uint(3)), { 1: nothing, default: nothing });
  // @ts-expect-error: a misspelt value
  phase.eq("laod");
  // @ts-expect-error: a misspelt value
  phase.set("laod");
  // @ts-expect-error: a misspelt reset value
  m.reg("r", enumOf("idle", "load"), { reset: "laod" });
  // @ts-expect-error: another enum
  phase.set(other);
  // @ts-expect-error: another enum, though it has every value
  other.set(phase);
  // @ts-expect-error: a number is no value
  phase.eq(0);
  // @ts-expect-error: an enum has no sum
  phase.add(1);
  // @ts-expect-error: a case is missing
  m.switch(phase, { idle: nothing });
  // @ts-expect-error: all cases are missing
  m.switch(phase, {});
  // @ts-expect-error: a bit has two arms
  m.switch(m.wire("flag", bit), { 0: nothing, default: nothing });
  // @ts-expect-error: a signed number
  m.switch(m.wire("level", sint(3)), { 0: nothing, default: nothing });
  // @ts-expect-error: a misspelt case
  m.switch(phase, { idle: nothing, load: nothing, laod: nothing });
  // @ts-expect-error: a misspelt case beside a default
  m.switch(phase, { laod: nothing, default: nothing });
  // @ts-expect-error: a word is no number
  m.switch(m.wire("k", uint(3)), { one: nothing, default: nothing });
  const machine = m.fsm("state", {
    initial: "idle",
    states: {
      idle: (go) => go("load"),
      load: (go) => {
        // @ts-expect-error: no such state
        go("laod");
      },
    },
  });
  machine.is("load");
  // @ts-expect-error: no such state
  machine.is("run");
  // @ts-expect-error: no such state
  m.fsm("wrong", { initial: "run", states: { idle: nothing, load: nothing } });
}

/** What a reader of an error finds in it; the sentences are types. */
export const sentences: readonly [
  Condition<UIntSignal>,
  Condition<SIntSignal<8>>,
  Condition<FixedSignal>,
  Condition<EnumSignal<"idle" | "load">>,
  Condition<true>,
  Condition<string>,
  Switched<BitSignal>,
  Switched<SIntSignal>,
] = [
  "a number is no condition: write a.eq(3), a.ne(0) or a.lt(b); a.nonzero() for any bit",
  "a number is no condition: write a.eq(3), a.ne(0) or a.lt(b); a.nonzero() for any bit",
  "a number is no condition: write a.eq(0.5) or a.lt(b)",
  'an enum is no condition: write a.eq("idle")',
  "a boolean is known before the hardware: use if, or compare signals by a.eq(b), c.not()",
  "a condition is a bit signal, such as a.eq(b)",
  "a switch is over an enum or a uint: of a bit, write m.when(a, ...).otherwise(...)",
  "a switch is over an enum or a uint: write a.asUint() for the bits of another number",
];

/** The same of cases that are missing. */
export const missing: readonly [Completion<"idle" | "load", "idle">, Completion<0 | 1 | 2 | 3, 0 | 1 | 2>] = [
  { default: "no case is for load: write one, or default: () => ..." },
  { default: "no case is for 3: write one, or default: () => ..." },
];

export function conditions(m: Builder) {
  const nothing = () => undefined;
  const [on, number, level] = [m.wire("on", bit), m.wire("number", uint(8)), m.wire("level", sint(4))];
  m.when(on, nothing).elseWhen(number.nonzero(), nothing);
  m.assert("fine", on.and(true));
  // @ts-expect-error: a number
  m.when(number, nothing);
  // @ts-expect-error: a signed number
  m.when(level, nothing);
  // @ts-expect-error: a fixed-point number
  m.when(m.wire("x", fixed(2, 2)), nothing);
  // @ts-expect-error: an enum
  m.when(m.wire("phase", enumOf("idle", "load")), nothing);
  // @ts-expect-error: a boolean of JavaScript
  m.when(1 < 2, nothing);
  // @ts-expect-error: a number, in a later arm
  m.when(on, nothing).elseWhen(number, nothing);
  // @ts-expect-error: a number
  m.assert("wrong", number);
  // @ts-expect-error: a number
  m.assume("so", number);
  // @ts-expect-error: a number
  m.cover("seen", number);
}
