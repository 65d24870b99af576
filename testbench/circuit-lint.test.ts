/** What parameters turn off or decide, and random circuits: linting their Verilog has nothing to say. */
import { expect, it } from "vitest";
import { refolded } from "../hdl/expression.ts";
import { randomCircuit } from "../hdl/fixtures/random-circuit.ts";
import {
  type BitSignal,
  type Builder,
  bit,
  type Circuit,
  concat,
  defineModule,
  elaborate,
  input,
  output,
  type UIntSignal,
  uint,
} from "../hdl/index.ts";
import type { Expression, Module } from "../hdl/ir.ts";
import { mapItem, mapOperands } from "../hdl/walk.ts";
import { complaints } from "./fixtures/complaints.ts";

const values: Readonly<Record<string, (a: UIntSignal<8>, on: BitSignal, m: Builder) => UIntSignal>> = {
  "a write port that is never enabled": (a, on, m) => clockedRead(m, a, a.lt(0), on),
  "an index with a comparison that is always true": chosenBy((a) => a.extend(9).lt(300)),
  "an index with a comparison that is never true": chosenBy((a) => a.toSint().eq(-1)),
  "an index with bits that are never all ones": chosenBy((a) => a.extend(9).allOnes()),
};

/** A module in which nothing but the index reads what it is made of. */
function chosenBy(high: (a: UIntSignal<8>) => BitSignal) {
  const chosen = defineModule("chosen", (_: Record<never, never>) => ({
    ports: { word: input(uint(8)), a: input(uint(8)), low: input(bit), part: output(uint(2)) },
    build: ({ word, a, low, part }) => part.set(word.not().element(concat(high(a), low), 2)),
  }));
  return (a: UIntSignal<8>, low: BitSignal, m: Builder) => m.inst("chosen", chosen, {}, { word: a, a, low }).part;
}

function clockedRead(m: Builder, a: UIntSignal<8>, write: BitSignal, enable: BitSignal) {
  const words = m.mem("words", 4, uint(8));
  words.write({ address: a.bits(1, 0), data: a, enable: write });
  return words.readClocked("word", { address: a.bits(3, 2), underWrite: "new", enable });
}

it.each(Object.entries(values))("%s", async (_, value) => {
  const probe = defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(uint(8)), on: input(bit), q: output(uint(9)), r: output(bit) },
    build({ a, on, q, r }, m) {
      q.set(value(a, on, m).extend(9));
      r.set(on.and(a.eq(1)));
    },
  }));
  expect(await complaints(elaborate(probe, {}))).toBe("");
});

/** With the constants folded, as the language makes expressions. */
function asBuilt(circuit: Circuit): Circuit {
  const done = new Map<Expression, Expression>();
  const build = (e: Expression): Expression => {
    const built = done.get(e) ?? refolded(mapOperands(e, build));
    done.set(e, built);
    return built;
  };
  const modules = circuit.modules.map((module) => ({
    ...module,
    items: module.items.map((item) => mapItem(item, build)),
  }));
  return { ...circuit, modules };
}

/** The language refuses memories that nothing reads. */
function hasIdleMemory({ items }: Module): boolean {
  const read = new Set(items.map((item) => item.kind === "memRead" && item.memory));
  return items.some((item) => item.kind === "mem" && !read.has(item.name));
}

const constantComparison = /%Warning-(?:CMPCONST|UNSIGNED): .*\n(?: .*\n)*|%Error: Exiting.*\n/g;

it("random circuits", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const circuit = randomCircuit(seed, { defined: true, clocks: 1 });
    if (circuit.modules.some(hasIdleMemory)) continue;
    // A comparison is printed as it stands, also with a wire that is constant.
    const said = (await complaints(asBuilt(circuit))).replaceAll(constantComparison, "");
    expect({ seed, said }).toEqual({ seed, said: "" });
  }
});
