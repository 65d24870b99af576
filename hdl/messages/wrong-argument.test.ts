/** What code gives that lost its types, as JavaScript does: every part of the language answers with an error of its own. */
import { expect, it } from "vitest";
import * as hdl from "../index.ts";
import { bit, elaborate, enumOf, fixed, HdlError, input, output, record, sint, stream, uint, vec } from "../index.ts";

const junk = [
  0,
  1,
  -1,
  2.5,
  Number.NaN,
  5n,
  null,
  undefined,
  true,
  "text",
  [],
  [1],
  [null],
  {},
  { width: 4 },
  { kind: "uint" },
  { expression: {} },
  { type: { kind: "uint", width: 8 }, expression: null },
  { type: { kind: "stream" }, valid: 1, ready: 1, data: 1 },
  () => 1,
  new Date(0),
];

/** What a call takes: the names of values, or the values. */
type Values = ReturnType<typeof valuesIn>;
type Call = { readonly of: unknown; readonly method: string; readonly given: readonly unknown[] };

// biome-ignore lint/suspicious/noExplicitAny: this is about code without types
type Untyped = any;

const colour = enumOf("red", "green");
const pixel = record({ x: uint(8), on: bit });

const ports = {
  a: input(uint(8)),
  b: input(uint(8)),
  i: input(uint(3)),
  s: input(sint(8)),
  f: input(fixed(4, 4)),
  t: input(bit),
  c: input(colour),
  p: input(pixel),
  v: input(vec(4, uint(8))),
  w: input(stream(uint(8))),
  w2: input(stream(uint(8))),
  wide: input(stream(vec(2, uint(8)))),
  q: output(uint(8)),
  out: output(stream(uint(8))),
};

const child = hdl.defineModule("child", () => ({
  ports: { x: input(uint(8)), w: input(stream(uint(8))), y: output(uint(8)) },
  build({ x, w, y }, m) {
    y.set(x);
    w.ready.set(true);
    m.unused(w);
  },
}));

/** Everything that a call may need, inside a build. */
function valuesIn(io: Untyped, m: hdl.Builder) {
  return { ...io, m, memory: m.mem("memory", 8, uint(8)), register: m.reg("register", uint(8)) } as Untyped;
}

const numbers = (x: string) => ({
  add: [x],
  sub: [x],
  mul: [x],
  eq: [x],
  ne: [x],
  lt: [x],
  le: [x],
  gt: [x],
  ge: [x],
  wrap: [4],
  saturate: [4],
  fit: [8],
});
const words = (x: string) => ({ ...numbers(x), extend: [9], shiftRight: [1] });
const every = { asUint: [], bits: [0, 0], bit: [0], bitAt: ["i"], nonzero: [], allOnes: [] };

/** The methods of each kind of signal with arguments that fit; a text names a port. */
const methods: Record<string, Record<string, readonly unknown[]>> = {
  t: { ...every, and: ["t"], or: ["t"], xor: ["t"], not: [] },
  a: {
    ...every,
    ...words("b"),
    addWrap: ["b"],
    subWrap: ["b"],
    and: ["b"],
    or: ["b"],
    xor: ["b"],
    not: [],
    asSint: [],
    toSint: [],
    element: ["i", 1],
  },
  s: { ...every, ...words("s"), negative: [] },
  f: {
    ...every,
    ...numbers("f"),
    fit: [4],
    extend: [5, 5],
    round: [{ il: 4, fl: 2, mode: "truncate" }],
    negate: [],
    raw: [],
    negative: [],
  },
  c: { ...every, eq: ["c"], ne: ["c"] },
};

const nothing = () => undefined;

/** Every function of the language with arguments that fit; those of numbers, types and circuits are not here. */
const functions = (of: Values): Record<string, readonly unknown[]> => ({
  arbitrated: [of.m, "choice", [of.w, of.w2], "fixed"],
  asFixed: [of.s, 4, 4],
  at: [of.v, of.i],
  buffered: [of.m, "part", of.w],
  concat: [of.a, of.t],
  connect: [of.out, of.w],
  crossed: [of.m, "part", of.w, { from: "", to: "other", depth: 4 }],
  filtered: [of.m, "part", of.w, (word: Untyped) => word.nonzero()],
  bitWidth: [pixel],
  elaborate: [child, {}],
  enumOf: ["red", "green"],
  fixed: [4, 4],
  fixedValue: [uint(8), 3],
  input: [pixel],
  leaves: ["name", pixel],
  output: [pixel],
  record: [{ x: bit }],
  sint: [8],
  stream: [uint(8)],
  typeName: [pixel],
  uint: [8],
  vec: [4, bit],
  forked: [of.m, "part", of.w, 2],
  joined: [of.m, "part", { x: of.w, y: of.w2 }],
  lowestIndex: [of.a],
  lowestOne: [of.a],
  mapped: [of.w, uint(8), (word: Untyped) => word],
  narrowed: [of.m, "part", of.wide],
  oneHot: [of.i, 8],
  oneHotIndex: [of.a],
  oneHotSelect: [uint(8), of.i, [of.a, of.a, of.b]],
  pack: [pixel, of.p],
  popcount: [of.a],
  queued: [of.m, "part", of.w, 4],
  receivedOnCredit: [of.m, "part", { type: uint(8), valid: of.t, data: of.a }, 4],
  registered: [of.m, "part", of.w, "half"],
  select: [uint(8), of.t, of.a, of.b],
  sentOnCredit: [of.m, "part", of.w, 4, of.t],
  synchronize: [of.m, "part", of.t, { stages: 2 }],
  synchronizeGray: [of.m, "part", of.a, { stages: 2 }],
  timingOf: [of.w],
  unpack: [pixel, of.v[0].toSint().asUint()],
  widened: [of.m, "part", of.w, 2],
});

/** Of a module, a memory and what can be assigned. */
const builders = (of: Values): Call[] => {
  const calls = (on: unknown, given: Record<string, readonly unknown[]>) =>
    Object.entries(given).map(([method, values]) => ({ of: on, method, given: values }));
  return [
    ...calls(of.m, {
      assert: ["part", of.t],
      assume: ["part", of.t],
      cover: ["part", of.t],
      domain: ["other"],
      fsm: ["part", { initial: "idle", states: { idle: nothing, busy: nothing } }],
      inst: ["part", child, {}, { x: of.a, w: of.w }, {}],
      mem: ["part", 4, uint(8), { style: "block" }],
      node: ["part", of.a],
      reg: ["part", uint(8), { reset: 3 }],
      rom: ["part", uint(8), [1, 2, 3], "block"],
      stream: ["part", stream(uint(8))],
      switch: [of.c, { red: nothing, green: nothing }],
      unused: [of.a, of.w],
      when: [of.t, nothing],
      wire: ["part", uint(8)],
    }),
    ...calls(of.memory, {
      read: ["part", of.i],
      readAcross: ["part", { address: of.i, domain: "other" }],
      readClocked: ["part", { address: of.i, underWrite: "old", enable: of.t }],
      readWrite: ["part", { address: of.i, underWrite: "old", enable: of.t, write: of.t, data: of.a, mask: of.a }],
      write: [{ address: of.i, data: of.a, enable: of.t, mask: of.a }],
    }),
    ...calls(of.register, { set: [of.a], setBit: [0, of.t], setBits: [3, 0, of.i.extend(4)] }),
    ...calls(of.m.when(of.t, nothing), { elseWhen: [of.t, nothing], otherwise: [nothing] }),
  ];
};

/** What only the language itself calls. */
const inside = new Set(["constructor"]);

/** Functions of numbers, types, modules, circuits and test benches. */
const withoutSignals = new Set(
  `defineModule defineExternal decimal coverArms simulate addressWidth countWidth blackBoxMemories memoriesWithWords emitVerilog sourceOf
  verilogAt resetStyle checkStreams drawWaves parseCircuit printCircuit`.split(/\s+/),
);

function callsIn(of: Values): Call[] {
  const ofSignals = Object.entries(methods).flatMap(([port, own]) =>
    Object.entries(own).map(([method, given]) => ({
      of: of[port],
      method,
      given: given.map((value) => (typeof value === "string" ? of[value] : value)),
    })),
  );
  const ofFunctions = Object.entries(functions(of)).map(([method, given]) => ({ of: hdl, method, given }));
  return [...ofSignals, ...ofFunctions, ...builders(of)];
}

/** Does something in the build of a module; what it throws, and what elaboration does afterwards. */
function inBuild(body: (calls: Call[]) => void): unknown[] {
  const thrown: unknown[] = [];
  const module = hdl.defineModule("whole", () => ({
    ports,
    build(io, m) {
      try {
        body(callsIn(valuesIn(io, m)));
      } catch (error) {
        thrown.push(error);
      }
    },
  }));
  try {
    elaborate(module, {});
  } catch (error) {
    thrown.push(error);
  }
  return thrown;
}

const run = ({ of, method, given }: Call) => (of as Untyped)[method](...given);

/** Every call by its number, its name and how many arguments it has. */
const known = (() => {
  let calls: Call[] = [];
  inBuild((all) => {
    calls = all;
  });
  return calls.map(({ of, method, given }, i) => ({ i, of, method, arity: given.length }));
})();

it("takes what fits", () => {
  for (const { i, method } of known) {
    // What is left unfinished is another matter.
    let thrown: unknown;
    inBuild((calls) => {
      try {
        run(calls[i]);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown, method).toBeUndefined();
  }
});

it("answers everything else with an error of the language", () => {
  const places = known.flatMap(({ method, i, arity }) =>
    Array.from({ length: arity }, (_, place) => ({ method, i, place })),
  );
  const foreign = places.flatMap(({ method, i, place }) =>
    junk.flatMap((value) => {
      const replaced = (given: readonly unknown[]) => given.map((one, at) => (at === place ? value : one));
      const thrown = inBuild((calls) => run({ ...calls[i], given: replaced(calls[i].given) }));
      return thrown.filter((error) => !(error instanceof HdlError)).map((error) => ({ method, place, value, error }));
    }),
  );
  expect(foreign).toEqual([]);
});

it("says what was given, and where", () => {
  const [error] = inBuild((calls) => {
    const concat = calls.find(({ method }) => method === "concat") as Call;
    run({ ...concat, given: [concat.given[0], 1] });
  }) as HdlError[];
  expect(error).toMatchObject({ code: "wrong-argument", details: { expected: "signals", found: "1" } });
  expect(error.message).toContain("wrong-argument.test.ts");
});

it("says that there are no parameters", () => {
  const module = hdl.defineModule("sized", ({ width }: { width: number }) => ({
    ports: { q: output(uint(width)) },
    build: nothing,
  }));
  for (const none of [null, undefined]) {
    expect(() => elaborate(module, none as never)).toThrow(expect.objectContaining({ code: "wrong-argument" }));
  }
});

it("knows every method of a signal and of a builder, and every function that takes a signal", () => {
  const methodsOf = (on: unknown): string[] => {
    const prototype = Object.getPrototypeOf(on);
    return prototype === Object.prototype ? [] : [...Object.getOwnPropertyNames(prototype), ...methodsOf(prototype)];
  };
  const ofClass = new Map<unknown, { readonly on: unknown; readonly called: Set<string> }>();
  for (const { of, method } of known) {
    const key = of === hdl ? hdl : (of as object).constructor;
    const kind = ofClass.get(key) ?? { on: of, called: new Set() };
    ofClass.set(key, kind);
    kind.called.add(method);
  }
  for (const [key, { on, called }] of ofClass) {
    if (key === hdl) continue;
    const own = methodsOf(on).filter((name) => typeof (on as Untyped)[name] === "function" && !inside.has(name));
    expect(own.filter((name) => !called.has(name))).toEqual([]);
  }
  const missing = Object.entries(hdl).flatMap(([name, value]) => {
    const isFunction = typeof value === "function" && !/^[A-Z]/.test(name);
    return isFunction && !ofClass.get(hdl)?.called.has(name) && !withoutSignals.has(name) ? [name] : [];
  });
  expect(missing).toEqual([]);
});

it("shows a signal of the wrong kind with its line and how to convert it", () => {
  const message = (body: (io: Untyped, m: Untyped) => void) => {
    const [error] = inBuild((calls) =>
      body(Object.fromEntries(calls.map(({ of, method }) => [method, of])), undefined),
    );
    return (error as HdlError).message;
  };
  const signed = message(({ toSint }) => hdl.popcount(toSint.asSint()));
  expect(signed).toContain("found:    a sint(8) signal");
  expect(signed).toContain("fix:      `asUint()` gives the bits as a number.");
  const chosen = message(({ toSint }) => hdl.select(uint(8), toSint, 1, 2));
  expect(chosen).toMatch(/operand: {2}"a", a uint\(8\) signal, .*wrong-argument\.test\.ts/);
  expect(chosen).toContain("`nonzero()` is true where any bit is 1");
});
