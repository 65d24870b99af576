/** Code for expressions whose value fits one WebAssembly value. */
import type { Binary, Expression } from "../../ir.ts";
import { unreachable } from "../../walk.ts";
import type { Scope } from "../flatten.ts";
import { op, type TypedOperator, type ValueType } from "./binary.ts";
import { isWide, typeOf } from "./storage.ts";
import { canonical, convert, pushAs, pushBits, type Target } from "./target.ts";
import { indexOfWide, sliceOfWide } from "./wide.ts";
import { compareWide, reduceWide } from "./wide-conditions.ts";

/** Pushes the value of `e`, extended from its width, of type `typeOf(e.width)`. */
export function push(t: Target, e: Expression, scope: Scope): void {
  const { body } = t;
  const type = typeOf(e.width);
  switch (e.kind) {
    case "const":
      body.constant(type, e.value);
      return;
    case "ref":
      t.pushNet(scope.net(e.name));
      return;
    case "unary":
      pushUnary(t, e, scope);
      return;
    case "binary":
      pushBinary(t, e, scope);
      return;
    case "mux":
      push(t, e.whenTrue, scope);
      push(t, e.whenFalse, scope);
      push(t, e.condition, scope);
      body.emit(op.select);
      return;
    case "cat":
      pushParts(t, e.parts, scope, type);
      return;
    case "slice": {
      if (isWide(e.operand.width)) {
        sliceOfWide(t, e, scope);
        return;
      }
      const inner = typeOf(e.operand.width);
      push(t, e.operand, scope);
      if (e.low > 0) {
        body.constant(inner, BigInt(e.low));
        body.typed("shrU", inner);
      }
      convert(body, inner, type, false);
      if (e.operand.signed || e.low + e.width < e.operand.width) canonical(body, e.width, false);
      return;
    }
    case "index": {
      if (isWide(e.operand.width)) {
        indexOfWide(t, e, scope);
        return;
      }
      const inner = typeOf(e.operand.width);
      pushBits(t, e.operand, scope, inner);
      pushAs(t, e.index, scope, inner);
      body.constant(inner, BigInt(e.width));
      body.typed("mul", inner);
      body.typed("shrU", inner);
      convert(body, inner, type, false);
      canonical(body, e.width, false);
      return;
    }
    default:
      unreachable(e);
  }
}

/** Parts side by side, joined half by half, so that of many none waits for all the others. */
function pushParts(t: Target, parts: readonly Expression[], scope: Scope, type: ValueType): void {
  if (parts.length === 1) {
    pushBits(t, parts[0], scope, type);
    return;
  }
  const { body } = t;
  const half = Math.floor(parts.length / 2);
  const [high, low] = [parts.slice(0, half), parts.slice(half)];
  pushParts(t, high, scope, type);
  body.constant(type, BigInt(low.reduce((sum, { width }) => sum + width, 0)));
  body.typed("shl", type);
  pushParts(t, low, scope, type);
  body.typed("or", type);
}

function pushUnary(t: Target, e: Extract<Expression, { kind: "unary" }>, scope: Scope): void {
  const { body } = t;
  const { operand } = e;
  const type = typeOf(e.width);
  if (isWide(operand.width) && e.operator.startsWith("reduce")) {
    reduceWide(t, e, scope);
    return;
  }
  const inner = typeOf(operand.width);
  switch (e.operator) {
    case "not":
      push(t, operand, scope);
      body.constant(type, e.signed ? -1n : (1n << BigInt(e.width)) - 1n);
      body.typed("xor", type);
      return;
    case "extend":
      pushAs(t, operand, scope, type);
      return;
    case "cast":
      push(t, operand, scope);
      canonical(body, e.width, e.signed);
      return;
    case "reduceAnd":
      push(t, operand, scope);
      body.constant(inner, operand.signed ? -1n : (1n << BigInt(operand.width)) - 1n);
      body.typed("eq", inner);
      return;
    case "reduceOr":
      push(t, operand, scope);
      body.constant(inner, 0n);
      body.typed("ne", inner);
      return;
    case "reduceXor":
      pushBits(t, operand, scope, inner);
      body.typed("popcnt", inner);
      convert(body, inner, "i32", false);
      body.constant("i32", 1);
      body.typed("and", "i32");
      return;
    default:
      unreachable(e.operator);
  }
}

function pushBinary(t: Target, e: Binary, scope: Scope): void {
  const { body } = t;
  const { left, right } = e;
  const inner = typeOf(left.width);
  const both = (operator: TypedOperator, type: ValueType) => {
    pushAs(t, left, scope, type);
    pushAs(t, right, scope, type);
    body.typed(operator, type);
  };
  switch (e.operator) {
    case "add":
    case "sub":
      both(e.operator, inner);
      canonical(body, e.width, e.signed);
      return;
    case "mul":
      both("mul", typeOf(e.width));
      return;
    case "and":
    case "or":
    case "xor":
      both(e.operator, inner);
      return;
    case "eq":
    case "ne":
    case "lt":
    case "le":
      if (isWide(left.width)) compareWide(t, e, scope);
      else if (e.operator === "eq" || e.operator === "ne") both(e.operator, inner);
      else both(left.signed ? `${e.operator}S` : `${e.operator}U`, inner);
      return;
    default:
      unreachable(e.operator);
  }
}
