/** Code for values above 64 bits: limbs in memory, worked on one after another in straight lines. */
import type { Binary, Expression, Index, Slice, Unary } from "../../ir.ts";
import type { Scope } from "../flatten.ts";
import { op } from "./binary.ts";
import { isWide, limbCount, typeOf } from "./storage.ts";
import { canonical, pushAs, pushBits, type Target } from "./target.ts";

/** Pushes limb `i` of a value as i64; beyond its own limbs its extension. */
type Limbs = (i: number) => void;

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
      storeBinary(t, e, scope, store);
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
function limbsOf(t: Target, e: Expression, scope: Scope): Limbs {
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

/** The limb that `load` gives, or what extends the top one. */
function extended({ body }: Target, i: number, own: number, signed: boolean, load: () => void): void {
  if (i < own) {
    load();
    return;
  }
  if (!signed) {
    body.constant("i64", 0n);
    return;
  }
  load();
  body.constant("i64", 63n);
  body.typed("shrS", "i64");
}

type Store = (limb: (i: number) => void, clean: boolean) => void;

function storeBinary(t: Target, e: Binary, scope: Scope, store: Store): void {
  const { body } = t;
  const [a, b] = [limbsOf(t, e.left, scope), limbsOf(t, e.right, scope)];
  switch (e.operator) {
    case "and":
    case "or":
    case "xor": {
      const { operator } = e;
      const combined = (i: number) => {
        a(i);
        b(i);
        body.typed(operator, "i64");
      };
      store(combined, true);
      return;
    }
    case "add":
    case "sub": {
      const { operator } = e;
      const carry = body.local("i64");
      const [x, y, partial, result] = [body.local("i64"), body.local("i64"), body.local("i64"), body.local("i64")];
      body.constant("i64", 0n);
      body.set(carry);
      const digit = (i: number) => {
        a(i);
        body.set(x);
        b(i);
        body.set(y);
        body.get(x);
        body.get(y);
        body.typed(operator, "i64");
        body.tee(partial);
        body.get(carry);
        body.typed(operator, "i64");
        body.set(result);
        // A carry or borrow out of either step.
        const below = (p: number, q: number) => {
          body.get(p);
          body.get(q);
          body.typed("ltU", "i64");
        };
        if (operator === "add") {
          below(partial, x);
          below(result, partial);
        } else {
          below(x, y);
          below(partial, carry);
        }
        body.typed("or", "i32");
        body.emit(op.i64ExtendI32U);
        body.set(carry);
        body.get(result);
      };
      store(digit, false);
      return;
    }
    case "mul":
      storeProduct(t, a, b, limbCount(e.width), store);
      return;
    default:
      throw new Error(`a wide ${e.operator}`);
  }
}

/** Schoolbook product of 32-bit digits, modulo the width of the result; extension makes it right for both signs. */
function storeProduct({ body }: Target, a: Limbs, b: Limbs, count: number, store: Store): void {
  const mask = 0xffff_ffffn;
  const digits = (limbs: Limbs) =>
    Array.from({ length: 2 * count }, (_, k) => {
      const digit = body.local("i64");
      limbs(k >> 1);
      if (k & 1) {
        body.constant("i64", 32n);
        body.typed("shrU", "i64");
      } else {
        body.constant("i64", mask);
        body.typed("and", "i64");
      }
      body.set(digit);
      return digit;
    });
  const [x, y] = [digits(a), digits(b)];
  const result = x.map(() => body.local("i64"));
  const [carry, step] = [body.local("i64"), body.local("i64")];
  for (const digit of result) {
    body.constant("i64", 0n);
    body.set(digit);
  }
  for (let i = 0; i < 2 * count; i++) {
    body.constant("i64", 0n);
    body.set(carry);
    for (let j = 0; i + j < 2 * count; j++) {
      body.get(x[i]);
      body.get(y[j]);
      body.typed("mul", "i64");
      body.get(result[i + j]);
      body.typed("add", "i64");
      body.get(carry);
      body.typed("add", "i64");
      body.tee(step);
      body.constant("i64", mask);
      body.typed("and", "i64");
      body.set(result[i + j]);
      body.get(step);
      body.constant("i64", 32n);
      body.typed("shrU", "i64");
      body.set(carry);
    }
  }
  const joined = (i: number) => {
    body.get(result[2 * i + 1]);
    body.constant("i64", 32n);
    body.typed("shl", "i64");
    body.get(result[2 * i]);
    body.typed("or", "i64");
  };
  store(joined, false);
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

/** Pushes the 64 bits of a value from bit `from` on. */
function pushShifted({ body }: Target, limbs: Limbs, from: number): void {
  const shift = from % 64;
  limbs(from >> 6);
  if (shift === 0) return;
  body.constant("i64", BigInt(shift));
  body.typed("shrU", "i64");
  limbs((from >> 6) + 1);
  body.constant("i64", BigInt(64 - shift));
  body.typed("shl", "i64");
  body.typed("or", "i64");
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

/** Pushes 64 bits from `base + offset` on, `shift` bits higher; the left shift in two steps makes a shift of 0 right. */
function pushUnaligned({ body }: Target, base: number, shift: number, offset: number): void {
  body.get(base);
  body.memory(op.i64Load, offset);
  body.get(shift);
  body.typed("shrU", "i64");
  body.get(base);
  body.memory(op.i64Load, offset + 8);
  body.constant("i64", 1n);
  body.typed("shl", "i64");
  body.constant("i64", 63n);
  body.get(shift);
  body.typed("sub", "i64");
  body.typed("shl", "i64");
  body.typed("or", "i64");
}

/** Pushes an element of up to 64 bits of a wide value. */
export function indexOfWide(t: Target, e: Index, scope: Scope): void {
  const { base, shift } = bitAddress(t, e, scope);
  pushUnaligned(t, base, shift, 0);
  canonical(t.body, e.width, false, "i64");
  if (typeOf(e.width) === "i32") t.body.emit(op.i32WrapI64);
}

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
