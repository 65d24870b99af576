import { unary } from "../expression.ts";
import type { Const, Expression } from "../ir.ts";
import { binaryOperators } from "../operators.ts";
import { unreachable } from "../walk.ts";
import { binaryWords, unaryWords } from "./operators.ts";

/** Text of an expression whose self-determined width is the expression's own. */
interface Printed {
  readonly text: string;
  /** Whether Verilog takes the text for signed; matters only to the operators that look at it. */
  readonly signed: boolean;
  /** Can stand as an operand without parentheses. */
  readonly tight: boolean;
}

/** The expression as Verilog; it must have been through `hoistCircuit`. */
export function printExpression(e: Expression): string {
  return print(e).text;
}

/** The complement of a condition. */
export function printNegation(e: Expression): string {
  return e.kind === "unary" && e.operator === "not" ? print(e.operand).text : `!${primary(print(e))}`;
}

/** The same as an operand of `&&`. */
export function printNegatedOperand(e: Expression): string {
  return e.kind === "unary" && e.operator === "not" ? enclosed(print(e.operand)) : `!${primary(print(e))}`;
}

/** The text of an index or address. Verilog reads a signed index as a position left of the first, so it is made unsigned. */
export function printIndex(e: Expression): string {
  const { text, signed } = print(e);
  return signed ? `$unsigned(${text})` : text;
}

/** The expression, in parentheses where it is not a name, literal or call. */
export function printOperand(e: Expression): string {
  return enclosed(print(e));
}

function print(e: Expression): Printed {
  switch (e.kind) {
    case "const":
      return { text: printConstant(e), signed: e.signed, tight: true };
    case "ref":
      return { text: e.name, signed: e.signed, tight: true };
    case "unary":
      return printUnary(e);
    case "binary":
      return printBinary(e);
    case "mux": {
      const [a, b] = [print(e.whenTrue), print(e.whenFalse)];
      const arm = (p: Printed, chained: boolean) => (p.tight || chained ? p.text : `(${p.text})`);
      const condition = enclosed(print(e.condition));
      const text = `${condition} ? ${arm(a, false)} : ${arm(b, e.whenFalse.kind === "mux")}`;
      return { text, signed: a.signed && b.signed, tight: false };
    }
    case "cat":
      return { text: `{${e.parts.map((part) => print(part).text).join(", ")}}`, signed: false, tight: true };
    case "slice":
      return { text: `${netName(e.operand)}[${printRange(e.low, e.width)}]`, signed: false, tight: true };
    case "index": {
      const name = netName(e.operand);
      if (e.width === 1) return { text: `${name}[${printIndex(e.index)}]`, signed: false, tight: true };
      const index = print(e.index).text;
      const shift = Math.log2(e.width);
      // The product stands in a context of its own: as wide as a position in the operand.
      const more = bitLength(e.operand.width - 1) - e.index.width;
      const from = Number.isInteger(shift)
        ? `{${index}, ${shift}'d0}`
        : `{${more}'d0, ${index}} * ${more + e.index.width}'d${e.width}`;
      return { text: `${name}[${from} +: ${e.width}]`, signed: false, tight: true };
    }
    default:
      return unreachable(e);
  }
}

function printUnary(e: Extract<Expression, { kind: "unary" }>): Printed {
  const operand = print(e.operand);
  switch (e.operator) {
    case "cast":
      return operand;
    case "extend": {
      const more = e.width - e.operand.width;
      if (!e.signed) return { text: `{${more}'d0, ${operand.text}}`, signed: false, tight: true };
      const name = netName(e.operand);
      const sign = e.operand.width === 1 ? name : `${name}[${e.operand.width - 1}]`;
      return { text: `{${more === 1 ? sign : `{${more}{${sign}}}`}, ${name}}`, signed: false, tight: true };
    }
    case "not":
      // The result of a logical operator is unsigned in Verilog.
      if (e.width === 1) return { text: `!${primary(operand)}`, signed: false, tight: true };
      return { text: `${unaryWords[e.operator].symbol}${primary(operand)}`, signed: operand.signed, tight: true };
    default:
      return { text: `${unaryWords[e.operator].symbol}${primary(operand)}`, signed: false, tight: false };
  }
}

function printBinary(e: Extract<Expression, { kind: "binary" }>): Printed {
  if ((e.operator === "lt" || e.operator === "le") && isTabulatedWrong(e.left, e.right))
    return printBinary({ ...e, left: complement(e.right), right: complement(e.left) });
  const signSensitive = e.operator === "lt" || e.operator === "le" || e.operator === "mul";
  const operand = (side: Expression): Printed => {
    // A minus sign in front of a literal counts as an operator, which must not be narrower than its context.
    const factor = e.operator === "mul" && side.kind === "const" ? { ...side, width: e.width } : side;
    const printed = print(factor);
    return signSensitive && printed.signed !== side.signed
      ? { text: `$${side.signed ? "signed" : "unsigned"}(${printed.text})`, signed: side.signed, tight: true }
      : printed;
  };
  const [left, right] = [operand(e.left), operand(e.right)];
  const truth = e.width === 1 && (e.operator === "and" || e.operator === "or");
  const { symbol: own } = binaryWords[e.operator];
  const { family } = binaryOperators[e.operator];
  const symbol = truth ? own.repeat(2) : own;
  const chained = e.operator === "and" || e.operator === "or" || e.operator === "xor" || e.operator === "add";
  const same = chained && e.left.kind === "binary" && e.left.operator === e.operator;
  return {
    text: `${same ? left.text : enclosed(left)} ${symbol} ${enclosed(right)}`,
    signed: left.signed && right.signed && !truth && family !== "comparison",
    tight: false,
  };
}

/** On ice40 and ecp5 Yosys makes a table of a comparison of as many bits with a constant. */
const tableBits = 4;

/**
 * Whether one side is a negative constant of few bits. Where Yosys (0.23 to 0.55 at least, techmap cmp2lut) makes a table of a comparison
 * with such a one, also of a wider value of which it finds that few bits count, that table is wrong. So the complements are compared:
 * `a < -3` is `2 < ~a`. Of two constants it makes no table.
 */
function isTabulatedWrong(left: Expression, right: Expression): boolean {
  if (left.kind === "const" && right.kind === "const") return false;
  return isSmallNegative(left) || isSmallNegative(right);
}

function isSmallNegative(e: Expression): boolean {
  return e.kind === "const" && e.value < 0n && e.value >= -(1n << BigInt(tableBits - 1));
}

function complement(e: Expression): Expression {
  return unary("not", e, e.width, e.signed, e.at);
}

/** The operand of a prefix operator: Verilog has no `!!a`, and `^~a` is another operator. */
function primary(printed: Printed): string {
  return /^[~!-]/.test(printed.text) ? `(${printed.text})` : enclosed(printed);
}

function enclosed(printed: Printed): string {
  return printed.tight ? printed.text : `(${printed.text})`;
}

/** The net behind a chain of casts. */
function netName(e: Expression): string {
  if (e.kind === "ref") return e.name;
  if (e.kind === "unary" && e.operator === "cast") return netName(e.operand);
  throw new Error(`a ${e.kind} was sliced in place`);
}

function bitLength(value: number): number {
  return value.toString(2).length;
}

/** "7:4", or "4" for one bit. */
export function printRange(low: number, width: number): string {
  return width === 1 ? `${low}` : `${low + width - 1}:${low}`;
}

function printConstant({ value, width, signed }: Const): string {
  if (width === 1 && !signed) return value === 0n ? "1'b0" : "1'b1";
  if (signed && value < 0n && value > -(1n << BigInt(width - 1)) && value > -100_000n) return `-${width}'sd${-value}`;
  const pattern = BigInt.asUintN(width, value);
  const digits = pattern < 100_000n ? `d${pattern}` : `h${pattern.toString(16)}`;
  return `${width}'${signed ? "s" : ""}${digits}`;
}

/** The literal of a bit pattern, for resets. */
export function printLiteral(value: bigint, width: number, signed: boolean): string {
  return printConstant({ kind: "const", value, width, signed } as Const);
}
