/** Names, ports, instances and the places of errors. */
import { describe, expect, it } from "vitest";
import { building, child, failure } from "../fixtures/building.ts";
import {
  type Builder,
  bit,
  concat,
  defineModule,
  elaborate,
  input,
  type ModuleDefinition,
  output,
  type Ports,
  pack,
  record,
  type UIntSignal,
  uint,
} from "../index.ts";

describe("names and structure", () => {
  it("illegal-name", () => {
    expect(building((_, m) => m.wire("begin", bit))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: "begin" cannot name a wire. [illegal-name]
           … | expect(building((_, m) => m.wire("begin", bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a letter, then letters, digits and underscores; no keyword of Verilog or SystemVerilog
        fix:      "begin" is a keyword; write begin_value or another word."
    `);
    expect(building((_, m) => m.reg("2nd", bit))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: "2nd" cannot name a register. [illegal-name]
           … | expect(building((_, m) => m.reg("2nd", bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a letter, then letters, digits and underscores; no keyword of Verilog or SystemVerilog
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => record({ set: bit }))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: "set" cannot name a field. [illegal-name]
           … | expect(failure(() => record({ set: bit }))).toMatchInlineSnapshot(\`
             |                      ^
        fix:      A record that can be assigned has a method of that name; choose another word."
    `);
  });

  it("duplicate-name", () => {
    expect(
      building((_, m) => {
        m.wire("pair", record({ x: bit }));
        m.node("pair_x", concat(m.wire("z", bit)));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: The name "pair_x" is used twice in one module. [duplicate-name]
           … | m.node("pair_x", concat(m.wire("z", bit)));
             |   ^
        earlier:  "pair_x", hdl/messages/structure.test.ts:…
           … | m.wire("pair", record({ x: bit }));
             |   ^
        fix:      Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>."
    `);
    expect(building((_, m) => m.wire("clock", bit))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: "clock" cannot name a wire. [illegal-name]
           … | expect(building((_, m) => m.wire("clock", bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a name that is not clock and does not end in _clock
        fix:      Such names are left to the clocks and resets, which modules and domains bring by themselves."
    `);
    const twin = defineModule("child", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)) },
      build: ({ x, y }) => y.set(x.not()),
    }));
    expect(
      building(({ a, q }, m) => {
        const first = m.inst("first", child, { width: 1 }, { x: a });
        q.set(m.inst("second", twin, {}, { x: first.y }).y);
      }),
    ).toMatchInlineSnapshot(`"no error"`);
  });

  it("missing-connection and unknown-port", () => {
    expect(building((_, m) => m.inst("u", child, { width: 1 }, {} as never))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: The instance of "child" leaves "x" unconnected. [missing-connection]
           … | expect(building((_, m) => m.inst("u", child, { width: 1 }, {} as never))).toMatchInlineSnapshot(\`
             |                             ^
        port:     "x", hdl/fixtures/building.ts:…
           … | ports: { x: input(uint(8)), y: output(uint(8)) },
             |             ^
        expected: a value for every input
        fix:      Give every input a value; a literal will do."
    `);
    expect(building(({ a }, m) => m.inst("u", child, { width: 1 }, { x: a, z: a } as never))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: "child" has no input "z". [unknown-port]
           … | expect(building(({ a }, m) => m.inst("u", child, { width: 1 }, { x: a, z: a } as never))).toMatchInlineSnapshot(\`
             |                                 ^
        expected: one of x
        fix:      Use one of the inputs that there are."
    `);
  });

  it("memory-shape", () => {
    expect(building((_, m) => m.mem("words", 0, bit))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: Memory "words" has depth 0. [memory-shape]
           … | expect(building((_, m) => m.mem("words", 0, bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave no word, leave the memory out."
    `);
    expect(
      building(({ a, q }, m) => {
        q.set(m.mem("words", 256, uint(8)).read("word", a));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: Memory "words" is never written. [memory-shape]
           … | q.set(m.mem("words", 256, uint(8)).read("word", a));
             |         ^
        expected: a write and a read port
        fix:      Give it at least one word, a write port (or \`init\`) and a read port."
    `);
    expect(
      building(({ a, q }, m) => {
        m.mem("words", 256, uint(8)).write({ address: a, data: a });
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: Memory "words" is never read. [memory-shape]
           … | m.mem("words", 256, uint(8)).write({ address: a, data: a });
             |   ^
        expected: a write and a read port
        fix:      Give it at least one word, a write port (or \`init\`) and a read port."
    `);
  });

  it("foreign-signal", () => {
    let leaked: UIntSignal | undefined;
    building(({ a, q }) => {
      leaked = a;
      q.set(a);
    });
    // The other module has a port of the same name and type, which must not hide the mistake.
    expect(building(({ q }) => q.set(leaked))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: Signal "a" belongs to another module than the one that uses it. [foreign-signal]
           … | expect(building(({ q }) => q.set(leaked))).toMatchInlineSnapshot(\`
             |                              ^
        signal:   "a", hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        fix:      Pass it through a port."
    `);
  });

  it("recursive-module", () => {
    const endless: ModuleDefinition<{ depth: number }, Ports> = defineModule("endless", (p: { depth: number }) => ({
      ports: { y: output(bit) } as Ports,
      build(_, m: Builder) {
        m.inst("again", endless, p, {});
      },
    }));
    expect(failure(() => elaborate(endless, { depth: 1 }))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: Module "endless" instantiates itself with the same parameters. [recursive-module]
           … | m.inst("again", endless, p, {});
             |   ^
        fix:      A recursive structure must change a parameter at every step and stop."
    `);
  });

  it("opaque-parameter", () => {
    const any = defineModule("any", (_: unknown) => ({ ports: { y: output(bit) }, build: ({ y }) => y.set(true) }));
    expect(failure(() => elaborate(any, { f: () => 1 }))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: A module parameter is not plain data, so equal instances could not be told from different ones. [opaque-parameter]
           … | expect(failure(() => elaborate(any, { f: () => 1 }))).toMatchInlineSnapshot(\`
             |                      ^
        expected: numbers, strings, booleans, types, and arrays or objects of these
        found:    a function
        fix:      Pass numbers, strings, booleans, types, and arrays or objects of these; make the rest inside the module."
    `);
    expect(failure(() => elaborate(any, new Map()))).toMatchInlineSnapshot(`
      "hdl/messages/structure.test.ts:…: A module parameter is not plain data, so equal instances could not be told from different ones. [opaque-parameter]
           … | expect(failure(() => elaborate(any, new Map()))).toMatchInlineSnapshot(\`
             |                      ^
        expected: numbers, strings, booleans, types, and arrays or objects of these
        found:    an object of class Map
        fix:      Pass numbers, strings, booleans, types, and arrays or objects of these; make the rest inside the module."
    `);
  });
});

it("names the line where the user wrote it", () => {
  let line = 0;
  const definition = defineModule("probe", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), q: output(uint(9)) },
    build({ a, q }) {
      line = Number(/structure\.test\.ts:(\d+)/.exec(new Error().stack ?? "")?.[1]) + 1;
      q.set(pack(uint(8), a) as never);
    },
  }));
  try {
    elaborate(definition, {});
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: "width-mismatch",
      exitStatus: 2,
      details: { where: `hdl/messages/structure.test.ts:${line}`, expected: "uint(9)", found: "uint(8)" },
    });
  }
});
