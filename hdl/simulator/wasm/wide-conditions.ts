/** Code for truth values of values above 64 bits: comparisons and reductions. */
import type { Binary, Unary } from "../../ir.ts";
import type { Scope } from "../flatten.ts";
import { op } from "./binary.ts";
import { limbCount } from "./storage.ts";
import { canonical, type Target } from "./target.ts";
import { limbsOf } from "./wide.ts";

/** Pushes the truth value of a comparison of wide values. */
export function compareWide(t: Target, e: Binary, scope: Scope): void {
  const { body } = t;
  const count = limbCount(e.left.width);
  const [a, b] = [limbsOf(t, e.left, scope), limbsOf(t, e.right, scope)];
  if (e.operator === "eq" || e.operator === "ne") {
    for (let i = 0; i < count; i++) {
      a(i);
      b(i);
      body.typed("xor", "i64");
      if (i > 0) body.typed("or", "i64");
    }
    body.emit(op.i64Eqz);
    if (e.operator === "ne") body.emit(op.i32Eqz);
    return;
  }
  // From the lowest limb up: below where a limb is less, or equal and below so far. a <= b is not b < a.
  const [x, y] = e.operator === "lt" ? [a, b] : [b, a];
  body.constant("i32", 0);
  for (let i = 0; i < count; i++) {
    x(i);
    y(i);
    body.typed("eq", "i64");
    body.typed("and", "i32");
    x(i);
    y(i);
    body.typed(i === count - 1 && e.left.signed ? "ltS" : "ltU", "i64");
    body.typed("or", "i32");
  }
  if (e.operator === "le") body.emit(op.i32Eqz);
}

/** Pushes a reduction of a wide value. */
export function reduceWide(t: Target, e: Unary, scope: Scope): void {
  const { body } = t;
  const { width, signed } = e.operand;
  const count = limbCount(width);
  const limb = limbsOf(t, e.operand, scope);
  const operator = e.operator === "reduceAnd" ? "and" : e.operator === "reduceOr" ? "or" : "xor";
  for (let i = 0; i < count; i++) {
    limb(i);
    const top = i === count - 1;
    // The unused bits of the top limb must not take part: ones for and, zeros for the others.
    if (top && operator === "and" && !signed && width % 64 !== 0) {
      body.constant("i64", -1n << BigInt(width % 64));
      body.typed("or", "i64");
    }
    if (top && operator === "xor") canonical(body, width - 64 * i, false, "i64");
    if (i > 0) body.typed(operator, "i64");
  }
  if (operator === "and") {
    body.constant("i64", -1n);
    body.typed("eq", "i64");
  } else if (operator === "or") {
    body.constant("i64", 0n);
    body.typed("ne", "i64");
  } else {
    body.typed("popcnt", "i64");
    body.emit(op.i32WrapI64);
    body.constant("i32", 1);
    body.typed("and", "i32");
  }
}
