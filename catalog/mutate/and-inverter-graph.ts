/** Twice the number of a node, and 1 more where it is inverted. */
export type Literal = number;

export const never: Literal = 0;
export const always: Literal = 1;

/** The literal inverted. */
export const not = (literal: Literal): Literal => literal ^ 1;

const nodeOf = (literal: Literal): Literal => literal & ~1;

/**
 * Logic as gates AND and inverters, equal gates once, with registers that are 0 at first. Written for model checkers in the binary
 * format AIGER 1.9 (Biere, 2011).
 */
export class AndInverterGraph {
  #nodes = 0;
  readonly #inputs: Literal[] = [];
  readonly #registers: Literal[] = [];
  readonly #next = new Map<Literal, Literal>();
  /** In an order in which each comes after its inputs. */
  readonly #gates = new Map<Literal, readonly [Literal, Literal]>();
  readonly #known = new Map<number, Literal>();

  input(): Literal {
    const literal = this.#fresh();
    this.#inputs.push(literal);
    return literal;
  }

  /** A register; `setNext` says what follows. */
  register(): Literal {
    const literal = this.#fresh();
    this.#registers.push(literal);
    return literal;
  }

  setNext(register: Literal, next: Literal): void {
    this.#next.set(register, next);
  }

  and(one: Literal, other: Literal): Literal {
    const [a, b] = one < other ? [one, other] : [other, one];
    if (a === never || a === not(b)) return never;
    if (a === always || a === b) return b;
    const key = a * 2 ** 26 + b;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const literal = this.#fresh();
    this.#gates.set(literal, [a, b]);
    this.#known.set(key, literal);
    return literal;
  }

  or(a: Literal, b: Literal): Literal {
    return not(this.and(not(a), not(b)));
  }

  any(literals: readonly Literal[]): Literal {
    return literals.reduce((one, other) => this.or(one, other), never);
  }

  select(condition: Literal, whenTrue: Literal, whenFalse: Literal): Literal {
    return this.or(this.and(condition, whenTrue), this.and(not(condition), whenFalse));
  }

  /** What `output` depends on, as the only output of a file. */
  toAiger(output: Literal): Buffer {
    const needed = this.#coneOf(output);
    const inputs = this.#inputs.filter((literal) => needed.has(literal));
    const registers = this.#registers.filter((literal) => needed.has(literal));
    const gates = [...this.#gates].filter(([literal]) => needed.has(literal));
    // The format numbers inputs, registers and gates in this order.
    const order = [...inputs, ...registers, ...gates.map(([literal]) => literal)];
    const numbers = new Map([[never, 0], ...order.map((literal, i) => [literal, 2 * (i + 1)] as const)]);
    const numberOf = (literal: Literal) => (numbers.get(nodeOf(literal)) ?? 0) | (literal & 1);
    const lines = [
      `aig ${order.length} ${inputs.length} ${registers.length} 1 ${gates.length}`,
      ...registers.map((literal) => numberOf(this.#next.get(literal) ?? never)),
      numberOf(output),
    ];
    const bytes: number[] = [];
    const append = (difference: number) => {
      let rest = difference;
      for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
      bytes.push(rest);
    };
    for (const [literal, [a, b]] of gates) {
      const [low, high] = [numberOf(a), numberOf(b)].sort((x, y) => x - y);
      append(numberOf(literal) - high);
      append(high - low);
    }
    return Buffer.concat([Buffer.from(`${lines.join("\n")}\n`), Buffer.from(bytes)]);
  }

  #coneOf(output: Literal): ReadonlySet<Literal> {
    const seen = new Set<Literal>();
    const open = [nodeOf(output)];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === never || seen.has(node)) continue;
      seen.add(node);
      const inputs = this.#gates.get(node) ?? [this.#next.get(node) ?? never];
      open.push(...inputs.map(nodeOf));
    }
    return seen;
  }

  #fresh(): Literal {
    return 2 * ++this.#nodes;
  }
}
