/** What it refuses of enums, switches and state machines. */
import { type Builder, bit, enumOf, record, uint } from "../index.ts";

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
