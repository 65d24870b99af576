/** Every rule of the circuit, broken by hand. */
import { expect, it } from "vitest";
import type { Circuit, Expression, Item, Module, Port } from "./ir.ts";
import { here } from "./position.ts";
import { verifyCircuit } from "./verify.ts";

const at = here();
const port = (name: string, direction: Port["direction"], width: number, role: Port["role"] = "data"): Port => ({
  name,
  direction,
  role,
  width,
  signed: false,
  at,
});
const ref = (name: string, width: number, signed = false): Expression => ({ kind: "ref", name, width, signed, at });
const constant = (value: bigint, width: number): Expression => ({ kind: "const", value, width, signed: false, at });
const wire = (value: Expression, output = false, name = output ? "q" : "w"): Item => ({
  kind: "wire",
  name,
  output,
  width: value.width,
  signed: value.signed,
  value,
  at,
});
const memory: Item = { kind: "mem", name: "words", depth: 4, width: 8, at };
const read = {
  kind: "memRead",
  name: "word",
  memory: "words",
  width: 8,
  latency: 0,
  underWrite: "old",
  clock: "clock",
  at,
} as const;
const write = { kind: "memWrite", memory: "words", address: ref("a", 8), clock: "clock", at } as const;

const base: Module = {
  name: "probe",
  summary: "",
  ports: [port("clock", "input", 1, "clock"), port("a", "input", 8), port("t", "input", 1), port("q", "output", 8)],
  items: [wire(ref("a", 8), true)],
  streams: [],
  at,
};
const withItems = (...items: Item[]): Circuit => ({
  top: "probe",
  modules: [{ ...base, items: [...base.items, ...items] }],
});
const valued = (value: Expression) => withItems(wire(value));
const typed = { signed: false, at } as const;
const instance = (change: Partial<Extract<Item, { kind: "inst" }>>): Circuit => ({
  top: "outer",
  modules: [
    base,
    {
      ...base,
      name: "outer",
      items: [
        wire(ref("a", 8), true),
        {
          kind: "inst",
          name: "u",
          module: "probe",
          inputs: [
            { port: "a", value: ref("a", 8) },
            { port: "t", value: ref("t", 1) },
          ],
          outputs: [{ port: "q", net: "u_q", width: 8, signed: false }],
          controls: [{ port: "clock", net: "clock" }],
          domains: [{ child: "", parent: "" }],
          at,
          ...change,
        },
      ],
    },
  ],
});

const sum = (
  left: Expression,
  right: Expression,
  width: number,
  operator: "add" | "mul" | "lt" = "add",
): Expression => ({
  kind: "binary",
  operator,
  left,
  right,
  width,
  ...typed,
});

it("accepts sound circuits", () => {
  for (const circuit of [
    withItems(memory, { ...read, address: ref("a", 8) }, { ...write, data: ref("a", 8), enable: ref("t", 1) }),
    instance({}),
    valued(sum(ref("a", 8), ref("a", 8), 16, "mul")),
  ])
    expect(verifyCircuit(circuit)).toBe(circuit);
});

const broken: readonly (readonly [rule: string, circuit: Circuit])[] = [
  ['module "probe" stands twice', { top: "probe", modules: [base, base] }],
  ["The top is not the last module", { top: "other", modules: [base] }],
  ['net "a" is declared twice', withItems(wire(ref("a", 8), false, "a"))],
  ['output "q" has no driver', { top: "probe", modules: [{ ...base, items: [] }] }],
  ["the value has another type than the net", withItems({ ...wire(ref("a", 8)), width: 7 } as Item)],
  [
    "the next value has another type than the register",
    withItems({ kind: "reg", name: "r", width: 7, signed: false, next: ref("a", 8), clock: "clock", at }),
  ],
  [
    "its clock is no clock port",
    withItems({ kind: "reg", name: "r", width: 8, signed: false, next: ref("a", 8), clock: "t", at }),
  ],
  ["empty", withItems({ ...memory, depth: 0 } as Item)],
  ["the word width differs", withItems(memory, { ...read, width: 7, address: ref("a", 8) })],
  ["the word width differs", withItems({ ...read, address: ref("a", 8) })],
  ["an enable belongs to latency 1", withItems(memory, { ...read, latency: 1, address: ref("a", 8) })],
  ["the word width differs", withItems(memory, { ...write, data: ref("t", 1), enable: ref("t", 1) })],
  ["the enable is not one bit", withItems(memory, { ...write, data: ref("a", 8), enable: ref("a", 8) })],
  ['module "missing" does not come before', instance({ module: "missing" })],
  ['port "a"', instance({ inputs: [{ port: "t", value: ref("t", 1) }] })],
  ['port "q"', instance({ outputs: [] })],
  [
    "an unknown port is connected",
    instance({
      inputs: [
        { port: "a", value: ref("a", 8) },
        { port: "t", value: ref("t", 1) },
        { port: "z", value: ref("t", 1) },
      ],
    }),
  ],
  ["value beyond its width", valued(constant(256n, 8))],
  ['"missing" is no such net', valued(ref("missing", 8))],
  ['"a" is no such net', valued(ref("a", 7))],
  ['"a" is no such net', valued(ref("a", 8, true))],
  ["type of not", valued({ kind: "unary", operator: "not", operand: ref("a", 8), width: 7, ...typed })],
  ["type of extend", valued({ kind: "unary", operator: "extend", operand: ref("a", 8), width: 8, ...typed })],
  ["width of cast", valued({ kind: "unary", operator: "cast", operand: ref("a", 8), width: 7, signed: true, at })],
  ["type of a reduction", valued({ kind: "unary", operator: "reduceOr", operand: ref("a", 8), width: 2, ...typed })],
  ["type of add", valued(sum(ref("a", 8), ref("t", 1), 8))],
  ["type of mul", valued(sum(ref("a", 8), ref("a", 8), 8, "mul"))],
  ["type of a comparison", valued(sum(ref("a", 8), ref("t", 1), 1, "lt"))],
  [
    "type of mux",
    valued({ kind: "mux", condition: ref("a", 8), whenTrue: ref("a", 8), whenFalse: ref("a", 8), width: 8, ...typed }),
  ],
  ["width of cat", valued({ kind: "cat", parts: [ref("a", 8), ref("t", 1)], width: 8, ...typed })],
  ["range of slice", valued({ kind: "slice", operand: ref("a", 8), low: 4, width: 5, ...typed })],
  ["type of index", valued({ kind: "index", operand: ref("a", 8), index: ref("t", 1), width: 3, ...typed })],
];

it.each(broken)("refuses: %s", (rule, circuit) => {
  expect(() => verifyCircuit(circuit)).toThrow(expect.objectContaining({ code: "ir-invalid" }));
  expect(() => verifyCircuit(circuit)).toThrow(rule);
});
