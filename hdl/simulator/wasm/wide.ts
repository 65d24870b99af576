/** Code for values above 64 bits: limbs in memory, worked on one after another in straight lines. */
import type { Expression, Index, Slice } from "../../ir.ts";
import type { Scope } from "../flatten.ts";
import { op } from "./binary.ts";
import { extended, type Limbs, pushShifted, pushUnaligned, type Store } from "./limbs.ts";
import { isWide, limbCount, typeOf } from "./storage.ts";
import { canonical, pushAs, pushBits, type Target } from "./target.ts";
import { storeBinary } from "./wide-arithmetic.ts";

/** Computes `e`, which is wide, into the limbs at `address`. */
export function storeWide(t: Target, e: Expression, scope: Scope, address: number): void {
  const { body } = t;
  const count = limbCount(e.width);
  const top = e.width - 64 * (count - 1);
  /** Stores limbs 0 upwards; `limb` pushes the value of each. */
  const store = (limb: (i: number) => void, clean: boolean) => {
    for (let i = 0; i < count; i++) {
      t.store(op.i64Store, address + 8 * i, () => {
        limb(i);
        if (!clean && i === count - 1) canonical(body, top, e.signed, "i64");
      });
    }
  };
  switch (e.kind) {
    case "const":
    case "ref":
      store(limbsOf(t, e, scope), true);
      return;
    case "unary": {
      const operand = limbsOf(t, e.operand, scope);
      if (e.operator !== "not") {
        store(operand, e.operator === "extend");
        return;
      }
      const inverted = (i: number) => {
        operand(i);
        body.constant("i64", -1n);
        body.typed("xor", "i64");
      };
      store(inverted, e.signed);
      return;
    }
    case "binary":
      storeBinary(t, e, limbsOf(t, e.left, scope), limbsOf(t, e.right, scope), store);
      return;
    case "mux": {
      const [a, b] = [limbsOf(t, e.whenTrue, scope), limbsOf(t, e.whenFalse, scope)];
      const condition = body.local("i32");
      t.push(e.condition, scope);
      body.set(condition);
      const chosen = (i: number) => {
        a(i);
        b(i);
        body.get(condition);
        body.emit(op.select);
      };
      store(chosen, true);
      return;
    }
    case "cat":
      storeCat(t, e.parts, scope, count, store);
      return;
    case "slice": {
      const operand = limbsOf(t, e.operand, scope);
      store((i) => pushShifted(t, operand, e.low + 64 * i), false);
      return;
    }
    case "index": {
      const { base, shift } = bitAddress(t, e, scope);
      store((i) => pushUnaligned(t, base, shift, 8 * i), false);
      return;
    }
  }
}

/** Access to the limbs of any value; computes it first where it is not a net. */
export function limbsOf(t: Target, e: Expression, scope: Scope): Limbs {
  const { body } = t;
  const own = limbCount(e.width);
  if (e.kind === "const") return (i) => body.constant("i64", BigInt.asIntN(64, e.value >> BigInt(64 * i)));
  if (!isWide(e.width)) {
    const value = body.local("i64");
    pushAs(t, e, scope, "i64");
    body.set(value);
    return (i) => extended(t, i, 1, e.signed, () => body.get(value));
  }
  let address: number;
  if (e.kind === "ref") address = t.addressOf(scope.net(e.name));
  else {
    address = t.temporary(e.width);
    storeWide(t, e, scope, address);
  }
  return (i) => {
    const load = () => t.load(op.i64Load, address + 8 * Math.min(i, own - 1));
    extended(t, i, own, e.signed, load);
  };
}

function storeCat(t: Target, parts: readonly Expression[], scope: Scope, count: number, store: Store): void {
  const { body } = t;
  const limbs = Array.from({ length: count }, () => body.local("i64"));
  for (const limb of limbs) {
    body.constant("i64", 0n);
    body.set(limb);
  }
  let from = 0;
  for (const part of [...parts].reverse()) {
    const own = limbCount(part.width);
    let limb: Limbs;
    if (isWide(part.width)) limb = limbsOf(t, part, scope);
    else {
      const bits = body.local("i64");
      pushBits(t, part, scope, "i64");
      body.set(bits);
      limb = () => body.get(bits);
    }
    for (let i = 0; i < own; i++) {
      const clean = () => {
        limb(i);
        if (i === own - 1 && isWide(part.width)) canonical(body, part.width - 64 * i, false, "i64");
      };
      const at = from + 64 * i;
      const shift = at % 64;
      const place = (target: number | undefined, shifted: () => void) => {
        if (target === undefined) return;
        body.get(target);
        shifted();
        body.typed("or", "i64");
        body.set(target);
      };
      place(limbs[at >> 6], () => {
        clean();
        body.constant("i64", BigInt(shift));
        body.typed("shl", "i64");
      });
      if (shift > 0) {
        place(limbs[(at >> 6) + 1], () => {
          clean();
          body.constant("i64", BigInt(64 - shift));
          body.typed("shrU", "i64");
        });
      }
    }
    from += part.width;
  }
  store((i) => body.get(limbs[i]), true);
}

/** Pushes a slice of up to 64 bits of a wide value. */
export function sliceOfWide(t: Target, e: Slice, scope: Scope): void {
  pushShifted(t, limbsOf(t, e.operand, scope), e.low);
  canonical(t.body, e.width, false, "i64");
  if (typeOf(e.width) === "i32") t.body.emit(op.i32WrapI64);
}

/** The byte address of an element of a wide value, and the bits by which it lies above it. */
function bitAddress(t: Target, e: Index, scope: Scope): { base: number; shift: number } {
  const { body } = t;
  let address: number;
  if (e.operand.kind === "ref") address = t.addressOf(scope.net(e.operand.name));
  else {
    address = t.temporary(e.operand.width);
    storeWide(t, e.operand, scope, address);
  }
  const [base, shift] = [body.local("i32"), body.local("i64")];
  t.push(e.index, scope);
  body.constant("i32", e.width);
  body.typed("mul", "i32");
  body.tee(base);
  body.constant("i32", 7);
  body.typed("and", "i32");
  body.emit(op.i64ExtendI32U);
  body.set(shift);
  body.get(base);
  body.constant("i32", 3);
  body.typed("shrU", "i32");
  t.pushAddress(address);
  body.typed("add", "i32");
  body.set(base);
  return { base, shift };
}

/** Pushes an element of up to 64 bits of a wide value. */
export function indexOfWide(t: Target, e: Index, scope: Scope): void {
  const { base, shift } = bitAddress(t, e, scope);
  pushUnaligned(t, base, shift, 0);
  canonical(t.body, e.width, false, "i64");
  if (typeOf(e.width) === "i32") t.body.emit(op.i32WrapI64);
}
