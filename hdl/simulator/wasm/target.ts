/** What the generators of narrow and of wide code share. */
import type { Expression } from "../../ir.ts";
import type { Scope } from "../flatten.ts";
import { type FunctionBody, op, type ValueType } from "./binary.ts";
import { typeOf } from "./storage.ts";

/** What code generation needs of the function that it is part of. */
export interface Target {
  readonly body: FunctionBody;
  /** Push the value of an expression that is not wide, of type `typeOf(e.width)`. */
  push(e: Expression, scope: Scope): void;
  /** Push the value of a net that is not wide. */
  pushNet(net: number): void;
  /** Address of a net that lies in memory. */
  addressOf(net: number): number;
  /** Push what an instruction loads from a fixed address. */
  load(opcode: number, address: number): void;
  /** Store at a fixed address what `value` pushes. */
  store(opcode: number, address: number, value: () => void): void;
  /** Push a fixed address as a value. */
  pushAddress(address: number): void;
  /** Room for a wide intermediate value of this function. */
  temporary(width: number): number;
}

/** Pushes the value as `type`, extended as its sign says. */
export function pushAs(t: Target, e: Expression, scope: Scope, type: ValueType): void {
  t.push(e, scope);
  convert(t.body, typeOf(e.width), type, e.signed);
}

/** Pushes the bits of the value as an unsigned `type`. */
export function pushBits(t: Target, e: Expression, scope: Scope, type: ValueType): void {
  t.push(e, scope);
  if (e.signed) canonical(t.body, e.width, false);
  convert(t.body, typeOf(e.width), type, false);
}

export function convert(body: FunctionBody, from: ValueType, to: ValueType, signed: boolean): void {
  if (from === to) return;
  if (to === "i32") body.emit(op.i32WrapI64);
  else body.emit(signed ? op.i64ExtendI32S : op.i64ExtendI32U);
}

/** Extends the value on the stack from its low `width` bits. */
export function canonical(body: FunctionBody, width: number, signed: boolean, type: ValueType = typeOf(width)): void {
  const full = type === "i32" ? 32 : 64;
  if (width === full) return;
  if (!signed) {
    body.constant(type, (1n << BigInt(width)) - 1n);
    body.typed("and", type);
    return;
  }
  const short =
    type === "i32"
      ? { 8: op.i32Extend8S, 16: op.i32Extend16S }
      : { 8: op.i64Extend8S, 16: op.i64Extend16S, 32: op.i64Extend32S };
  const instruction = (short as Record<number, number>)[width];
  if (instruction !== undefined) {
    body.emit(instruction);
    return;
  }
  const unused = BigInt(full - width);
  body.constant(type, unused);
  body.typed("shl", type);
  body.constant(type, unused);
  body.typed("shrS", type);
}
