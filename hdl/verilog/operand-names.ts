/**
 * Names out of what stands right of the `=`: `a_times_b`. A target may be assigned on many lines, so what a part of its value is
 * called must not count over them; a name of the operands changes with its own line alone.
 */
import type { Expression } from "../ir.ts";
import { binaryOperators, unaryOperators } from "../operators.ts";
import { operands, unreachable } from "../walk.ts";
import { binaryWords, unaryWords } from "./operators.ts";

/** Longer ones are hard to read. */
const longest = 36;

/** A description, and how tightly its last operator binds: as in a formula without parentheses. */
export interface Described {
  readonly text: string;
  readonly binding: number;
  /** Of a sum or difference: whether it has the bit of its carry, which is another value than without. */
  readonly wide?: boolean;
}

const atom = 4;

/** What the text of an expression says, where it is short and plain; `known` describes nets by what they are made of. */
export function describe(e: Expression, known: ReadonlyMap<string, Described | undefined>): Described | undefined {
  const described = describeUnbounded(e, known);
  return described && described.text.length <= longest ? described : undefined;
}

/** The name for a description. */
export function partName({ text, wide }: Described): string {
  return wide ? `${text}_wide` : text;
}

function describeUnbounded(e: Expression, known: ReadonlyMap<string, Described | undefined>): Described | undefined {
  const inside = (operand: Expression) => describe(operand, known);
  const named = (prefix: string, ...parts: readonly Expression[]): Described | undefined => {
    const texts = parts.map(inside);
    if (texts.some((part) => part?.binding !== atom)) return undefined;
    return { text: [prefix, ...texts.map((part) => part?.text)].join("_"), binding: -1 };
  };
  switch (e.kind) {
    case "const":
      return { text: e.symbol?.name ?? (e.value < 0n ? `minus_${-e.value}` : `${e.value}`), binding: atom };
    case "ref":
      return known.has(e.name) ? known.get(e.name) : { text: e.name, binding: atom };
    case "slice": {
      const net = inside(e.operand);
      const high = e.low + e.width - 1;
      return net?.binding === atom
        ? { text: `${net.text}_${e.width === 1 ? e.low : `${high}_${e.low}`}`, binding: atom }
        : undefined;
    }
    case "unary": {
      if (unaryOperators[e.operator].family === "reduction") return named(unaryWords[e.operator].result, e.operand);
      const operand = inside(e.operand);
      if (operand && operand.binding >= 0 && operand.binding < atom && !operand.wide && e.operator === "not")
        return { text: `inverse_of_${operand.text}`, binding: -1 };
      if (operand?.binding !== atom) return undefined;
      if (e.operator === "not") return { text: `not_${operand.text}`, binding: atom };
      if (e.operator === "cast") return { text: `${operand.text}_${e.signed ? "signed" : "unsigned"}`, binding: atom };
      return { text: `${operand.text}_${e.width}_bits`, binding: atom };
    }
    case "binary":
      return describeOperator(e, known);
    case "mux": {
      const parts = operands(e).map(inside);
      if (parts.some((part) => !part || part.binding < 0 || part.wide)) return undefined;
      const [condition, yes, no] = parts.map((part) => part?.text);
      return { text: `if_${condition}_then_${yes}_else_${no}`, binding: -1 };
    }
    case "cat":
      return named("joined", ...e.parts);
    case "index":
      return e.width === 1 ? named("bit_of", e.operand, e.index) : undefined;
    default:
      return unreachable(e);
  }
}

function describeOperator(
  e: Extract<Expression, { kind: "binary" }>,
  known: ReadonlyMap<string, Described | undefined>,
): Described | undefined {
  const { between: word, binding } = binaryWords[e.operator];
  const { family } = binaryOperators[e.operator];
  const sum = family === "sum";
  const numbers = sum || family === "comparison";
  const [leftValue, rightValue] = numbers ? [sameNumber(e.left), sameNumber(e.right)] : [e.left, e.right];
  const [left, right] = [describe(leftValue, known), describe(rightValue, known)];
  if (!left || !right || right.binding <= binding || right.wide !== undefined) return undefined;
  const text = `${left.text}_${word}_${right.text}`;
  if (!sum) return left.binding <= binding || left.wide !== undefined ? undefined : { text, binding };
  const widest = Math.max(leftValue.width, rightValue.width);
  const wide = e.width === widest + 1;
  // From left to right a sum of sums needs no parentheses, as long as all have their carries, or none has.
  if (left.binding < binding || (left.wide ?? wide) !== wide) return undefined;
  return wide || e.width === widest ? { text, binding, wide } : undefined;
}

/** The operand whose number is extended. */
function sameNumber(e: Expression): Expression {
  if (e.kind !== "unary") return e;
  if (e.operator === "extend") return sameNumber(e.operand);
  const { operand } = e;
  const keeps = e.operator === "cast" && e.signed && operand.kind === "unary" && operand.operator === "extend";
  return keeps && !operand.signed ? sameNumber(operand) : e;
}

/** The same text for the same expression of the same nets, and no other. */
export function textOf(e: Expression): string {
  const head = `${e.kind} ${e.width}${e.signed ? "s" : ""}`;
  switch (e.kind) {
    case "const":
      return `(${head} ${e.value})`;
    case "ref":
      return `(${head} ${e.name})`;
    case "unary":
    case "binary":
      return `(${head} ${e.operator} ${operands(e).map(textOf).join("")})`;
    case "slice":
      return `(${head} ${e.low} ${textOf(e.operand)})`;
    default:
      return `(${head} ${operands(e).map(textOf).join("")})`;
  }
}

/** Three letters and digits that stand for a text, a letter first. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  const letters = "abcdefghjkmnpqrstuvwxyz";
  const tail = (Math.floor(hash / letters.length) % 36 ** 2).toString(36).padStart(2, "0");
  return letters[hash % letters.length] + tail;
}

/** The nets and numbers that a value is made of, as part of a name; `nameOf` stops at what has a name. */
export function operandsNamed(value: Expression, nameOf: (e: Expression) => string | undefined): string {
  const found = new Set<string>();
  const seen = new Set<Expression>();
  const visit = (e: Expression, root: boolean) => {
    if (seen.has(e)) return;
    seen.add(e);
    const name = root ? undefined : nameOf(e);
    const plain = e.kind === "slice" && (e.operand.kind === "ref" || nameOf(e.operand) !== undefined);
    if (name !== undefined) found.add(name);
    else if (e.kind === "ref" || e.kind === "const") found.add(describe(e, new Map())?.text ?? shortHash(textOf(e)));
    else if (plain && e.kind === "slice") {
      const net = e.operand.kind === "ref" ? e.operand.name : nameOf(e.operand);
      found.add(`${net}_${e.width === 1 ? e.low : `${e.low + e.width - 1}_${e.low}`}`);
    } else for (const operand of operands(e)) visit(operand, false);
  };
  visit(value, true);
  const text = [...found].join("_");
  return text.length <= longest ? text : shortHash(text);
}
