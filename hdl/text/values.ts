/** Expressions of a circuit's text: `count:u8`, `5:u8`, `(add:u8 count:u8 5:u8)`, and `%3` for one with a line of its own. */
import type { ConstSymbol, Expression } from "../ir.ts";
import { type BinaryOperator, binaryOperators, type UnaryOperator, unaryOperators } from "../operators.ts";
import type { Tokens } from "./tokens.ts";

export interface NumberType {
  readonly width: number;
  readonly signed: boolean;
}

/** The widest number; wider ones would only fill the memory. */
const widest = 2 ** 24;
/** Of what stands in parentheses; low enough for the stack. */
const deepest = 500;

/** Reads the expressions of a module. */
export class Values {
  readonly #tokens: Tokens;
  readonly #shared = new Map<string, Expression>();
  #depth = 0;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** `%3 = …` */
  define(): void {
    const tokens = this.#tokens;
    if (this.#shared.has(tokens.next.text)) tokens.refuse("a number that no line before has");
    const { text } = tokens.take();
    tokens.must("=");
    this.#shared.set(text, this.read());
  }

  read(): Expression {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.next.kind === "shared") {
      const known = this.#shared.get(tokens.next.text) ?? tokens.refuse("the number of a line before");
      tokens.take();
      return known;
    }
    if (tokens.takes("(")) return this.#operation();
    if (tokens.next.kind === "number") {
      const value = tokens.integer();
      const type = this.type();
      const symbol = this.symbol();
      return { kind: "const", value, ...type, at, ...(symbol && { symbol }) };
    }
    const name = tokens.name("an expression");
    return { kind: "ref", name, ...this.type(), at };
  }

  /** `:u8`, or `:s8` of a number in two's complement. */
  type(): NumberType {
    this.#tokens.must(":");
    return this.bareType();
  }

  /** `u8` or `s8`. */
  bareType(): NumberType {
    const tokens = this.#tokens;
    const [, sign, digits] = /^([us])([1-9]\d*)$/.exec(tokens.next.kind === "word" ? tokens.next.text : "") ?? [];
    const width = Number(digits);
    if (!(width <= widest)) tokens.refuse(`a type such as u8 or s8, at most ${widest} bits wide`);
    tokens.take();
    return { width, signed: sign === "s" };
  }

  /** `{idle of "idle busy" in state}`: which value of which enumeration. */
  symbol(): ConstSymbol | undefined {
    const tokens = this.#tokens;
    if (!tokens.takes("{")) return undefined;
    const name = tokens.name();
    tokens.must("of");
    const of = tokens.name();
    const { at } = tokens;
    const declared = tokens.takes("in") ? { name: tokens.name(), at } : undefined;
    tokens.must("}");
    return { name, of, ...(declared && { declared }) };
  }

  #operation(): Expression {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (++this.#depth > deepest)
      tokens.refuse(`at most ${deepest} parentheses within each other; give some a line, as in %0 = …`);
    const operator = tokens.oneOf(
      ...(Object.keys(unaryOperators) as UnaryOperator[]),
      ...(Object.keys(binaryOperators) as BinaryOperator[]),
      ...(["mux", "cat", "index", "slice"] as const),
    );
    const low = operator === "slice" ? tokens.count("the lowest bit") : 0;
    const own = { ...this.type(), at };
    const operands: Expression[] = [];
    const many = operator === "cat" ? Number.POSITIVE_INFINITY : operandsOf(operator);
    while (operands.length < many && !(operator === "cat" && tokens.next.text === ")")) operands.push(this.read());
    tokens.must(")");
    this.#depth--;
    const [first, second, third] = operands;
    switch (operator) {
      case "mux":
        return { kind: "mux", condition: first, whenTrue: second, whenFalse: third, ...own };
      case "cat":
        return { kind: "cat", parts: operands, ...own };
      case "index":
        return { kind: "index", operand: first, index: second, ...own };
      case "slice":
        return { kind: "slice", operand: first, low, ...own };
      default:
        return isUnary(operator)
          ? { kind: "unary", operator, operand: first, ...own }
          : { kind: "binary", operator, left: first, right: second, ...own };
    }
  }
}

function operandsOf(operator: string): number {
  if (operator === "mux") return 3;
  return operator === "slice" || operator in unaryOperators ? 1 : 2;
}

function isUnary(operator: UnaryOperator | BinaryOperator): operator is UnaryOperator {
  return operator in unaryOperators;
}
