/** How operators are written in Verilog, and what they are called in names of nets. */
import type { BinaryOperator, UnaryOperator } from "../operators.ts";

/** `symbol` of `a + b`, `between` of the name `a_plus_b`, `result` of the name `q_sum`; in formulas the larger `binding` goes first. */
export const binaryWords = {
  mul: { symbol: "*", result: "product", between: "times", binding: 3 },
  add: { symbol: "+", result: "sum", between: "plus", binding: 2 },
  sub: { symbol: "-", result: "difference", between: "minus", binding: 2 },
  eq: { symbol: "==", result: "equal", between: "equals", binding: 1 },
  ne: { symbol: "!=", result: "differs", between: "differs_from", binding: 1 },
  lt: { symbol: "<", result: "less", between: "below", binding: 1 },
  le: { symbol: "<=", result: "at_most", between: "at_most", binding: 1 },
  and: { symbol: "&", result: "and", between: "and", binding: 0 },
  or: { symbol: "|", result: "or", between: "or", binding: 0 },
  xor: { symbol: "^", result: "xor", between: "xor", binding: 0 },
} as const satisfies Record<BinaryOperator, Record<"symbol" | "result" | "between", string> & { binding: number }>;

/** Of a reduction the `result` also stands before the operand: `any_a`. What only changes the type has no symbol. */
export const unaryWords = {
  not: { symbol: "~", result: "not" },
  extend: { result: "extended" },
  cast: { result: "value" },
  reduceAnd: { symbol: "&", result: "all" },
  reduceOr: { symbol: "|", result: "any" },
  reduceXor: { symbol: "^", result: "parity" },
} as const satisfies Record<UnaryOperator, { symbol?: string; result: string }>;
