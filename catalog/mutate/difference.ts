import { AndInverterGraph, always, type Literal, never, not } from "./and-inverter-graph.ts";
import type { Bit, GateMemory, Gates } from "./gates.ts";

/** Edges that every engine gives a reset for at power-up. */
const resetEdges = 2;

/** The literals of one value of every bit of a design, found on demand. */
class Literals {
  readonly #known: Map<Bit, Literal>;
  readonly #inputsOf: (bit: Bit) => readonly Bit[];
  readonly #literalOf: (bit: Bit, inputs: readonly Bit[]) => Literal;

  constructor(
    known: Iterable<readonly [Bit, Literal]>,
    inputsOf: (bit: Bit) => readonly Bit[],
    literalOf: (bit: Bit, inputs: readonly Bit[]) => Literal,
  ) {
    this.#known = new Map(known);
    this.#inputsOf = inputsOf;
    this.#literalOf = literalOf;
  }

  of(bit: Bit): Literal {
    const open = [bit];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const inputs = this.#known.has(top) ? [] : this.#inputsOf(top);
      const missing = inputs.filter((each) => !this.#known.has(each));
      if (missing.length === 0) {
        if (!this.#known.has(top)) this.#known.set(top, this.#literalOf(top, inputs));
        open.pop();
      } else open.push(...missing);
    }
    return this.#known.get(bit) ?? never;
  }
}

/** A word that a port of a memory gives. */
interface ReadWord {
  readonly memory: GateMemory;
  readonly port: number;
}

/**
 * The design, and beside it what can differ in a mutant of it. At an edge the mutant is computed from the state of the design, which gives what the
 * mutation itself changes; then the differences between the states follow by gate-level information flow tracking (Tiwari et al., 2009): through an
 * AND where the other input lets them, through a register an edge later, and through a product from each bit of the factors to all bits from there on.
 * Where no difference comes to an output or to what a memory is written, no result of the mutant is another one.
 *
 * Registers have any values at power-up, the same in both; memories hold the same when the reset of the first edges is over. What is read from
 * a memory, and every product, may be any value.
 */
export class Difference {
  readonly graph = new AndInverterGraph();
  /** Holds at an edge after the reset at which the difference can be seen. */
  readonly seen: Literal;
  readonly #gates: Gates;
  readonly #sinceReset: readonly Literal[];
  readonly #words = new Map<Bit, ReadWord>();
  readonly #products = new Map<Bit, readonly Bit[]>();
  /** Of the design, and of the mutant in the same state. */
  readonly #design: Literals;
  readonly #mutant: Literals;
  /** Registers, and words read at an edge, that can differ at all, with what says that they do. */
  readonly #differing = new Map<unknown, Literal>();

  /** `reset`: the name of the input. */
  constructor(gates: Gates, mutant: number, reset: string | undefined) {
    this.#gates = gates;
    for (const memory of gates.memories)
      memory.readData.forEach((bits, port) => {
        for (const bit of bits) this.#words.set(bit, { memory, port });
      });
    for (const { left, right, product } of gates.products)
      product.forEach((bit, i) => {
        this.#products.set(bit, [...left.slice(0, i + 1), ...right.slice(0, i + 1)]);
      });
    this.#sinceReset = Array.from({ length: resetEdges }, () => this.graph.register());
    const states = gates.registers.map(() => this.graph.register());
    const known = [...this.#known(states, reset)];
    this.#design = this.#valuesFrom(known, 0);
    this.#mutant = this.#valuesFrom(known, mutant);
    gates.registers.forEach(({ next }, i) => {
      this.graph.setNext(states[i], this.#design.of(next));
    });
    this.seen = this.graph.and(this.#sinceReset[resetEdges - 1], this.#follow());
  }

  #gateInputs = (bit: Bit): readonly Bit[] => this.#gates.logic.get(bit) ?? [];

  /** Values from which those of the gates follow, but for the number of the mutant. */
  *#known(states: readonly Literal[], reset: string | undefined): Iterable<readonly [Bit, Literal]> {
    const { graph } = this;
    const { inputs, registers } = this.#gates;
    this.#sinceReset.forEach((register, i) => {
      graph.setNext(register, i === 0 ? always : this.#sinceReset[i - 1]);
    });
    const [afterFirst] = this.#sinceReset;
    const inReset = not(this.#sinceReset[resetEdges - 1]);
    for (const bit of ["0", "1", "x", "z"]) yield [bit, bit === "1" ? always : never];
    for (const bit of [...this.#words.keys(), ...this.#products.keys()]) yield [bit, graph.input()];
    for (const [name, bits] of inputs)
      for (const bit of bits) yield [bit, name === reset ? graph.or(graph.input(), inReset) : graph.input()];
    for (const [i, { output }] of registers.entries())
      yield [output, graph.select(afterFirst, states[i], graph.input())];
  }

  #valuesFrom(known: readonly (readonly [Bit, Literal])[], mutant: number): Literals {
    const chosen = this.#gates.control.map((bit, i) => [bit, (mutant >> i) & 1] as const);
    const values: Literals = new Literals([...known, ...chosen], this.#gateInputs, (_, inputs) => {
      const [one, other] = inputs.map((each) => values.of(each));
      return other === undefined ? not(one) : this.graph.and(one, other);
    });
    return values;
  }

  /** Adds registers that can differ until there are no more; whether a difference can be seen at this edge. */
  #follow(): Literal {
    for (;;) {
      const differs = this.#differences();
      const next = new Map(this.#nextOf(differs));
      const found = [...next].filter(([key, differing]) => differing !== never && !this.#differing.has(key));
      for (const [key] of found) this.#differing.set(key, this.graph.register());
      if (found.length > 0) continue;
      for (const [key, register] of this.#differing) this.graph.setNext(register, next.get(key) ?? never);
      return this.graph.any([...this.#gates.outputs.map(differs), ...this.#writtenOf(differs)]);
    }
  }

  /** Tells of a bit whether it differs, with the registers that can as they are known so far. */
  #differences(): (bit: Bit) => Literal {
    const { graph } = this;
    const { inputs, control, registers } = this.#gates;
    const none = ["0", "1", "x", "z", ...control, ...[...inputs.values()].flat()];
    const sources = (bit: Bit): readonly Bit[] => {
      const word = this.#words.get(bit);
      if (word === undefined) return this.#products.get(bit) ?? this.#gateInputs(bit);
      const { clocked, address } = word.memory.reads[word.port];
      return clocked ? [] : address;
    };
    /** Whether the mutant's bit is another one in its own state than in the state of the design. */
    const flows: Literals = new Literals(
      [
        ...none.map((bit) => [bit, never] as const),
        ...registers.map(({ output }) => [output, this.#differing.get(output) ?? never] as const),
      ],
      sources,
      (bit, from) => {
        const word = this.#words.get(bit);
        if (word?.memory.reads[word.port].clocked) return this.#differing.get(word.memory.readData[word.port]) ?? never;
        if (word || this.#products.has(bit)) return graph.any(from.map(differs));
        const [one, other] = from.map((each) => flows.of(each));
        if (other === undefined) return one;
        const [first, second] = from.map((each) => this.#mutant.of(each));
        return graph.any([graph.and(one, other), graph.and(one, second), graph.and(other, first)]);
      },
    );
    const differs = (bit: Bit) => graph.or(flows.of(bit), this.#changed(bit));
    return differs;
  }

  /** Whether the mutation changes a bit in the state of the design. */
  #changed(bit: Bit): Literal {
    const { graph } = this;
    const [was, is] = [this.#design.of(bit), this.#mutant.of(bit)];
    return graph.or(graph.and(was, not(is)), graph.and(not(was), is));
  }

  /** Whether registers, and words read at edges, differ after the next edge. */
  *#nextOf(differs: (bit: Bit) => Literal): Iterable<readonly [unknown, Literal]> {
    const { graph } = this;
    for (const { output, next } of this.#gates.registers) yield [output, differs(next)];
    for (const { reads, readData } of this.#gates.memories)
      for (const [port, { clocked, enable, address }] of reads.entries()) {
        if (!clocked) continue;
        const word = readData[port];
        const kept = this.#differing.get(word) ?? never;
        const read = graph.select(this.#design.of(enable), graph.any(address.map(differs)), kept);
        yield [word, graph.or(differs(enable), read)];
      }
  }

  /** Whether memories are written otherwise. */
  *#writtenOf(differs: (bit: Bit) => Literal): Iterable<Literal> {
    const { graph } = this;
    for (const { writes } of this.#gates.memories)
      for (const { enable, address, data } of writes) {
        const written = enable.map((bit) => this.#design.of(bit));
        yield* enable.map(differs);
        yield* data.map((bit, i) => graph.and(written[i], differs(bit)));
        yield graph.and(graph.any(written), graph.any(address.map(differs)));
      }
  }
}
