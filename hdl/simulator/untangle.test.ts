/** Nets that follow from each other as wholes, but not bit by bit, mean the same in every simulator. */
import { expect, it } from "vitest";
import { Dice } from "../fixtures/dice.ts";
import { bit, concat, defineModule, elaborate, Interpreter, input, output, Simulator, uint, vec } from "../index.ts";
import type { Circuit } from "../ir.ts";

/** Carries ripple through the bits of one net. */
const ripple = defineModule("ripple", (p: { width: number }) => ({
  ports: { a: input(uint(p.width)), b: input(uint(p.width)), sum: output(uint(p.width)), carry: output(bit) },
  build({ a, b, sum, carry }, m) {
    const carries = m.wire("carries", uint(p.width + 1));
    carries.setBit(0, false);
    for (let i = 0; i < p.width; i++) {
      const both = a.bit(i).and(b.bit(i));
      carries.setBit(i + 1, both.or(a.bit(i).or(b.bit(i)).and(carries.bit(i))));
    }
    sum.set(a.xor(b).xor(carries.bits(p.width - 1, 0) as never));
    carry.set(carries.bit(p.width));
  },
}));

const swap = defineModule("swap", (_: Record<string, never>) => ({
  ports: { x: input(vec(2, uint(4))), y: output(vec(2, uint(4))) },
  build({ x: [low, high], y }) {
    y[1].set(low.not());
    y[0].set(high.not().addWrap(1));
  },
}));

/** High bits go through an instance into low ones; a sum and a product of low bits stand in higher ones. */
const crossed = defineModule("crossed", (_: Record<string, never>) => ({
  ports: { a: input(uint(4)), q: output(uint(8)), wide: output(uint(100)) },
  build({ a, q, wide }, m) {
    const w = m.wire("w", uint(8));
    const { y } = m.inst("u", swap, {}, { x: [w.bits(3, 0), w.bits(7, 4)] });
    w.setBits(3, 0, a);
    w.setBits(7, 4, y[1].addWrap(a));
    q.set(concat(y[1], y[0]));
    const t = m.wire("t", uint(100));
    t.setBits(19, 0, a.extend(20));
    t.setBits(59, 20, t.bits(19, 0).mul(t.bits(19, 0)));
    t.setBits(99, 60, t.bits(59, 20).add(3).wrap(40).xor(t.bits(19, 0).asSint().extend(40).asUint()));
    wide.set(t);
  },
}));

function compare(
  circuit: Circuit,
  inputs: readonly { name: string; width: number }[],
  outputs: readonly string[],
): void {
  const oracle = new Interpreter(circuit);
  const simulators = [new Simulator(circuit), new Simulator(circuit, { keepAll: true })];
  const dice = new Dice(5);
  for (let i = 0; i < 50; i++) {
    for (const { name, width } of inputs) {
      const value = dice.bits(width);
      for (const model of [oracle, ...simulators]) model.poke(name, value);
    }
    for (const name of outputs)
      for (const simulator of simulators) expect(BigInt(simulator.peek(name))).toBe(oracle.peek(name));
  }
}

it("carries ripple through one net", () => {
  for (const width of [1, 8, 40, 70]) {
    const circuit = elaborate(ripple, { width });
    compare(
      circuit,
      [
        { name: "a", width },
        { name: "b", width },
      ],
      ["sum", "carry"],
    );
    const oracle = new Interpreter(circuit);
    oracle.poke("a", (1n << BigInt(width)) - 1n);
    oracle.poke("b", 1n);
    expect([oracle.peek("sum"), oracle.peek("carry")]).toEqual([0n, 1n]);
  }
});

it("bits cross an instance", () => {
  compare(elaborate(crossed, {}), [{ name: "a", width: 4 }], ["q", "wide"]);
});
