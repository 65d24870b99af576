import fc from "fast-check";
import { expect, it } from "vitest";
import { meaning } from "../fixtures/expression-plan.ts";
import { randomModule, recipes } from "../fixtures/random-expressions.ts";
import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  elaborate,
  Interpreter,
  input,
  output,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
  uint,
} from "../index.ts";
import type { Expression, Wire } from "../ir.ts";
import { itemValues, pushOperands } from "../walk.ts";
import { rangeOf } from "./range.ts";

interface Io {
  readonly a: UIntSignal;
  readonly n: UIntSignal;
  readonly s: SIntSignal;
  readonly t: BitSignal;
}

/** What is known of an expression over an unsigned byte `a`, a nibble `n`, a signed byte `s` and a bit `t`. */
function rangeIn(build: (io: Io, m: Builder) => { readonly expression: Expression }): string {
  let range = "";
  const probe = defineModule("probe", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), n: input(uint(4)), s: input(sint(8)), t: input(bit), q: output(bit) },
    build(io, m) {
      m.unused(io.a, io.n, io.s);
      const { least, most } = rangeOf(build(io, m).expression);
      range = `${least} to ${most}`;
      io.q.set(io.t);
    },
  }));
  elaborate(probe, {});
  return range;
}

it.each<[string, string, (io: Io, m: Builder) => { readonly expression: Expression }]>([
  ["a type", "0 to 255", ({ a }) => a],
  ["a signed type", "-128 to 127", ({ s }) => s],
  ["a sum", "0 to 270", ({ a, n }) => a.add(n)],
  ["a sum of several", "3 to 48", ({ n }) => n.add(n).add(n).add(3)],
  ["a difference", "-15 to 255", ({ a, n }) => a.sub(n)],
  ["a product", "0 to 3825", ({ a, n }) => a.mul(n)],
  ["a signed product", "-16256 to 16384", ({ s }) => s.mul(s)],
  ["a mask", "0 to 12", ({ a }) => a.and(12)],
  ["a bit set", "8 to 15", ({ n }) => n.or(8)],
  ["a complement", "240 to 255", ({ n }) => n.extend(8).not()],
  ["an extension", "0 to 15", ({ n }) => n.extend(30)],
  ["low bits that hold it all", "0 to 30", ({ n }) => n.add(n).extend(12).wrap(5)],
  ["low bits that do not", "0 to 15", ({ n }) => n.add(n).wrap(4)],
  ["a shift", "0 to 67", ({ a, n }) => a.add(n).shiftRight(2)],
  ["a signed shift", "-16 to 15", ({ s }) => s.shiftRight(3)],
  ["a signed shift of a sum", "-32 to 31", ({ s }) => s.add(s).shiftRight(3)],
  ["joined bits", "32 to 63", ({ n, t }) => concat(t, n).or(0).extend(6).or(32)],
  ["a choice", "0 to 200", ({ n, t }) => select(uint(8), t, n.extend(8), 200)],
  ["a choice of literals", "7 to 9", ({ t }) => select(uint(4), t, 9, 7)],
  ["a wrapping sum that cannot wrap", "1 to 16", ({ n }) => n.extend(6).addWrap(1)],
  ["a wrapping sum that can", "0 to 255", ({ a }) => a.addWrap(1)],
  ["a number read as signed", "0 to 30", ({ n }) => n.add(n).toSint()],
  ["a node", "0 to 30", ({ n }, m) => m.node("twice", n.add(n)).extend(12)],
])("knows the range of %s", (_, range, build) => expect(rangeIn(build)).toBe(range));

it("holds every value of every part of random expressions", () =>
  fc.assert(
    fc.property(recipes, fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 8 }), (recipe, bits) => {
      const random = randomModule("random", recipe);
      const circuit = elaborate(random.definition, {});
      const module = circuit.modules[0];
      const parts = new Set<Expression>();
      const pending = module.items.flatMap(itemValues);
      for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
        if (!parts.has(e)) pushOperands(e, pending);
        parts.add(e);
      }
      const wires = [...parts].map((value, i): Wire => {
        const { width, signed, at } = value;
        return { kind: "wire", name: `part${i}`, output: false, width, signed, value, at };
      });
      const interpreter = new Interpreter({ ...circuit, modules: [{ ...module, items: [...module.items, ...wires] }] });
      for (let i = 0; i + random.inputs.length <= bits.length; i++) {
        random.inputs.forEach(({ name, type }, j) => {
          const corner = [0n, -1n, 1n << BigInt(type.width - 1), bits[i + j]][Number(bits[i] % 4n)];
          interpreter.poke(name, meaning(type, corner));
        });
        for (const { name, value } of wires) {
          const { least, most } = rangeOf(value);
          const got = interpreter.peekPath(name);
          if (typeof got !== "bigint" || got < least || got > most)
            throw new Error(`${got} is not from ${least} to ${most}`);
        }
      }
    }),
    { numRuns: 200 },
  ));
