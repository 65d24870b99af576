/** Names that the Verilog needs for itself: of resets in every style, and of the module around a net. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  type BitSignal,
  type Builder,
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  type ModuleDefinition,
  output,
  type Ports,
  resetKinds,
  uint,
} from "../index.ts";

type Body = (io: { a: BitSignal; q: { set(value: BitSignal): void } }, m: Builder) => void;

const moduleOf = (name: string, build: Body) =>
  defineModule(name, () => ({ ports: { a: input(bit), q: output(bit) }, build }));

/** The names that a module declares, each as often as it does. */
const declared = (text: string) =>
  [...text.matchAll(/^ *(?:(?:in|out)put )?(?:wire|reg) (?:signed )?(?:\[[^\]]*\] )?(\w+)/gm)].map(([, name]) => name);

describe("an active-low reset", () => {
  it.each(["reset_n", "slow_reset_n"])("keeps %s for itself, whatever the style", (name) => {
    const ports = { q: output(bit), [name]: input(bit) };
    const port = defineModule("probe", () => ({
      ports,
      build(io, m) {
        m.unused(io[name] as BitSignal);
        io.q.set(true);
      },
    }));
    const register = moduleOf("probe", ({ a, q }, m) => {
      const state = m.reg(name, bit, { reset: false });
      state.set(a);
      q.set(state);
    });
    for (const probe of [port, register]) {
      const message = failure(() => elaborate(probe as ModuleDefinition<unknown, Ports>, {}));
      expect(message).toMatch(/\[illegal-name\][\s\S]*expected: a name that is not \S+ and does not end in/);
    }
  });

  it.each(resetKinds)("leaves its name free of nets that the source calls so (%s)", (reset) => {
    const probe = moduleOf("probe", ({ a, q }, m) => {
      const slow = m.domain("slow");
      const state = m.reg("state", bit, { reset: false });
      const other = slow.reg("other", bit, { reset: false });
      const reset_n = a.and(state.not());
      const slow_reset_n = other.xor(true).and(other.not().or(other));
      state.set(reset_n.xor(reset_n.and(state)));
      other.set(slow_reset_n);
      q.set(state);
    });
    const { text } = emitVerilog(elaborate(probe, {}), { reset });
    const names = declared(text);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names).toContain("reset_n_2");
  });
});

describe("the name of a module", () => {
  it("is no name of a port, a register or an instance in it, of which tools warn", () => {
    const port = defineModule("parity", () => ({
      ports: { a: input(uint(2)), parity: output(bit) },
      build: ({ a, parity }) => parity.set(a.bit(0).xor(a.bit(1))),
    }));
    const use = () => elaborate(port, {});
    expect(failure(use)).toMatchInlineSnapshot(`
      "hdl/names/reserved-names.test.ts:…: "parity" has the name of the module that it stands in. [duplicate-name]
           … | ports: { a: input(uint(2)), parity: output(bit) },
             |                                     ^
        module:   "parity", hdl/names/reserved-names.test.ts:…
           … | const port = defineModule("parity", () => ({
             |              ^
        fix:      Call one of the two otherwise; names are never changed behind your back."
    `);
    const register = moduleOf("count", ({ a, q }, m) => {
      const state = m.reg("count", bit, { reset: false });
      state.set(a);
      q.set(state);
    });
    expect(failure(() => elaborate(register, {}))).toContain(
      "has the name of the module that it stands in. [duplicate-name]",
    );
    // As an instance it may have a longer name, and still cannot be the top of another circuit.
    const top = moduleOf("top", ({ a, q }, m) => q.set(m.inst("u", register, { width: 3 } as never, { a }).q));
    expect(failure(() => elaborate(top, {}))).toContain(
      "has the name of the module that it stands in. [duplicate-name]",
    );
    const instance = moduleOf("u", ({ a, q }, m) => {
      const inverter = moduleOf("inverter", (io) => io.q.set(io.a.not()));
      q.set(m.inst("u", inverter, {}, { a }).q);
    });
    expect(failure(() => elaborate(instance, {}))).toContain(
      "has the name of the module that it stands in. [duplicate-name]",
    );
  });

  it("is free of nets that the source calls so, also behind a prefix", () => {
    const probe = defineModule("total", () => ({
      ports: { a: input(uint(4)), b: input(uint(4)), q: output(uint(8)), r: output(uint(8)) },
      build({ a, b, q, r }) {
        const total = a.mul(b);
        q.set(total);
        r.set(total.addWrap(1));
      },
    }));
    expect(declared(emitVerilog(elaborate(probe, {})).text)).toEqual(["a", "b", "q", "r", "total_2"]);
    const circuit = elaborate(
      moduleOf("mux", ({ a, q }, m) => q.set(m.node("x_mux", a.not()))),
      {},
    );
    const prefixed = {
      top: "x_mux",
      modules: circuit.modules.map((module) => ({ ...module, name: `x_${module.name}` })),
    };
    expect(failure(() => emitVerilog(prefixed))).toContain(
      "has the name of the module that it stands in. [duplicate-name]",
    );
  });
});
