/** Errors of modules, names, instances, memories, streams and clocks. */
import {
  bit,
  defineModule,
  elaborate,
  forked,
  input,
  type ModuleDefinition,
  output,
  type Ports,
  parseCircuit,
  stream,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { build, type ErrorExamples } from "./example.ts";

export const structure = {
  "circuit-text": {
    meaning: "A text that `parseCircuit` reads is none that `printCircuit` writes, or says no whole circuit.",
    example: () => parseCircuit('module blink ""\n  output data lit: u1\n  drive lit: u1 = (no:u1 lit:u1)'),
  },
  "clock-domain": {
    meaning: "Values of two clock domains meet, which may be read while they change.",
    example: () =>
      build({ button: input(bit, { domain: "panel" }), q: output(bit) }, ({ button, q }) => {
        q.set(button);
      }),
  },
  "combinational-loop": {
    meaning: "A bit depends on itself in the same cycle. The error shows the way round, a line a step.",
    example: () =>
      build({ a: input(bit), q: output(bit) }, ({ a, q }, m) => {
        const parity = m.wire("parity", bit);
        parity.set(parity.xor(a));
        q.set(parity);
      }),
  },
  "duplicate-name": {
    meaning:
      "Two things of a module, or two modules of a design, would have one name in Verilog; or a net is called like a clock or reset, or like the module around it.",
    example: () =>
      build({ a: input(bit), q: output(bit) }, ({ a, q }, m) => {
        const inverted = m.node("a", a.not());
        q.set(inverted);
      }),
  },
  "foreign-signal": {
    meaning: "A signal of one module is used in another.",
    example() {
      let leaked: UIntSignal<8> | undefined;
      build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        leaked = a;
        q.set(a);
      });
      build({ q: output(uint(8)) }, ({ q }) => {
        if (leaked) q.set(leaked);
      });
    },
  },
  "illegal-name": {
    meaning:
      "A name that cannot stand in Verilog as it is: a keyword, or not a letter followed by letters, digits and underscores.",
    example: () =>
      build({ q: output(bit) }, ({ q }, m) => {
        const begin = m.reg("begin", bit, { reset: false });
        begin.set(begin.not());
        q.set(begin);
      }),
  },
  "memory-shape": {
    meaning: "A memory that cannot be: no words, never written, never read, or initial words that do not match.",
    example: () =>
      build({ address: input(uint(4)), q: output(uint(8)) }, ({ address, q }, m) => {
        const words = m.mem("words", 16, uint(8));
        q.set(words.read("word", address));
      }),
  },
  "missing-connection": {
    meaning: "An instance leaves an input unconnected.",
    example() {
      const inverter = defineModule("inverter", (_: Record<string, never>) => ({
        ports: { a: input(bit), q: output(bit) },
        build: ({ a, q }) => q.set(a.not()),
      }));
      build({ q: output(bit) }, ({ q }, m) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(m.inst("inverter", inverter, {}, {}).q);
      });
    },
  },
  "build-failed": {
    meaning: "JavaScript stopped with an exception while a module was described; it is the error's `cause`.",
    example() {
      const sum = defineModule("sum", (p: { weights?: number[] }) => ({
        ports: { a: input(uint(8)), q: output(uint(8)) },
        build: ({ a, q }) => q.set(a.addWrap((p.weights as number[])[0])),
      }));
      return build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }, m) => {
        q.set(m.inst("first", sum, {}, { a }).q);
      });
    },
  },
  "opaque-parameter": {
    meaning: "A parameter that is not plain data, so that equal instances could not be told from different ones.",
    example() {
      const scaled = defineModule("scaled", (p: { scale: (n: number) => number }) => ({
        ports: { q: output(uint(8)) },
        build: ({ q }) => q.set(p.scale(3)),
      }));
      return elaborate(scaled, { scale: (n) => 2 * n });
    },
  },
  "recursive-module": {
    meaning: "A module contains itself with the same parameters, so it would never end.",
    example() {
      const tree: ModuleDefinition<{ leaves: number }, Ports> = defineModule("tree", (p: { leaves: number }) => ({
        ports: {},
        build(_, m) {
          m.inst("left", tree, p, {});
        },
      }));
      return elaborate(tree, { leaves: 4 });
    },
  },
  "stream-shape": {
    meaning: "A part for streams was asked for a number of streams or words that makes no sense.",
    example: () =>
      build({ words: input(stream(bit)), q: output(bit) }, ({ words, q }, m) => {
        const [only] = forked(m, "copies", words, 1);
        q.set(only.valid);
      }),
  },
  "unknown-port": {
    meaning: "An instance connects an input that the module does not have.",
    example() {
      const inverter = defineModule("inverter", (_: Record<string, never>) => ({
        ports: { a: input(bit), q: output(bit) },
        build: ({ a, q }) => q.set(a.not()),
      }));
      build({ a: input(bit), q: output(bit) }, ({ a, q }, m) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(m.inst("inverter", inverter, {}, { a, enable: a }).q);
      });
    },
  },
  "valid-waits-for-ready": {
    meaning:
      "The `valid` of a stream follows from its own `ready`. A consumer may wait for `valid`, and then both wait for ever.",
    example: () =>
      build({ words: output(stream(bit)) }, ({ words }) => {
        words.valid.set(words.ready);
        words.data.set(true);
      }),
  },
} satisfies ErrorExamples;
