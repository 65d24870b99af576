/** Which bits of a value are unknown, as an expression of the bits that are unknown in what it is made of. */
import { binary, cast, cat, constant, extend, indexed, mux, reference, slice, unary } from "../expression.ts";
import type { Binary, Expression, Unary } from "../ir.ts";
import { unreachable } from "../walk.ts";

/** The net that has a 1 for every unknown bit of a net; no user can write such a name. */
export function shadowName(net: string): string {
  return `${net}$x`;
}

/** True for the path of such a net or memory. */
export function isShadow(path: string): boolean {
  return path.endsWith("$x");
}

export function and(a: Expression, b: Expression): Expression {
  return binary("and", a, b, a.width, false, a.at);
}

export function or(a: Expression, b: Expression): Expression {
  return binary("or", a, b, a.width, false, a.at);
}

export function not(a: Expression): Expression {
  return unary("not", a, a.width, false, a.at);
}

export function any(a: Expression): Expression {
  return unary("reduceOr", a, 1, false, a.at);
}

/** `bit` in every one of `width` places. */
export function spread(bit: Expression, width: number): Expression {
  return cast(extend(cast(bit, true, bit.at), width, bit.at), false, bit.at);
}

export function none(e: Expression): Expression {
  return constant(0n, e.width, false, e.at);
}

/** Finds the unknown bits of expressions of one module; shared operands are looked at once. */
export class Unknowns {
  readonly #known = new Map<Expression, Expression>();

  /** Unsigned, as wide as `e`: a 1 for each bit that is unknown. */
  of(e: Expression): Expression {
    const before = this.#known.get(e);
    if (before) return before;
    const made = this.#make(e);
    this.#known.set(e, made);
    return made;
  }

  #make(e: Expression): Expression {
    const { at, width } = e;
    switch (e.kind) {
      case "const":
        return none(e);
      case "ref":
        return reference(shadowName(e.name), width, false, at);
      case "unary":
        return this.#unary(e);
      case "binary":
        return this.#binary(e);
      case "mux": {
        const [c, a, b] = [this.of(e.condition), this.of(e.whenTrue), this.of(e.whenFalse)];
        const differ = binary("xor", bits(e.whenTrue), bits(e.whenFalse), width, false, at);
        // Where the condition is unknown, only what both arms agree on is known.
        return mux(c, or(or(a, b), differ), mux(e.condition, a, b, at), at);
      }
      case "cat":
        return cat(
          e.parts.map((part) => this.of(part)),
          at,
        );
      case "slice":
        return slice(this.of(e.operand), e.low, width, at);
      case "index": {
        const word = indexed(this.of(e.operand), e.index, width, at);
        return or(word, spread(any(this.of(e.index)), width));
      }
      default:
        return unreachable(e);
    }
  }

  #unary(e: Unary): Expression {
    const { operand, width, at } = e;
    const unknown = this.of(operand);
    switch (e.operator) {
      case "not":
      case "cast":
        return unknown;
      case "extend": {
        // Copies of an unknown sign are unknown.
        const copied = operand.signed ? cast(unknown, true, at) : unknown;
        return cast(extend(copied, width, at), false, at);
      }
      case "reduceAnd":
        return and(any(unknown), not(any(and(not(bits(operand)), not(unknown)))));
      case "reduceOr":
        return and(any(unknown), not(any(and(bits(operand), not(unknown)))));
      case "reduceXor":
        return any(unknown);
      default:
        return unreachable(e.operator);
    }
  }

  #binary(e: Binary): Expression {
    const { left, right, width, at } = e;
    const [x, y] = [this.of(left), this.of(right)];
    const [a, b] = [bits(left), bits(right)];
    switch (e.operator) {
      // A known 0 decides an and, a known 1 an or.
      case "and":
        return and(or(x, y), and(or(a, x), or(b, y)));
      case "or":
        return and(or(x, y), and(or(not(a), x), or(not(b), y)));
      case "xor":
        return or(x, y);
      case "add":
      case "sub":
        return fromLowest(or(x, y));
      case "mul": {
        const wide = (mask: Expression) => extend(mask, width, at);
        return fromLowest(or(wide(x), wide(y)));
      }
      case "eq":
      case "ne": {
        const differ = and(binary("xor", a, b, a.width, false, at), not(or(x, y)));
        return and(any(or(x, y)), not(any(differ)));
      }
      case "lt":
      case "le":
        return any(or(x, y));
      default:
        return unreachable(e.operator);
    }
  }
}

function bits(e: Expression): Expression {
  return cast(e, false, e.at);
}

/** All bits from the lowest 1 up: as far as a carry can reach. */
function fromLowest(mask: Expression): Expression {
  const { width, at } = mask;
  return or(mask, binary("sub", none(mask), mask, width, false, at));
}
