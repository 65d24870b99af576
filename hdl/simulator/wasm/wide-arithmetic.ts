/** Code for sums, products and logic of values above 64 bits. */
import type { Binary } from "../../ir.ts";
import { op } from "./binary.ts";
import type { Limbs, Store } from "./limbs.ts";
import { limbCount } from "./storage.ts";
import type { Target } from "./target.ts";

/** Stores what the operator gives of two values, both as wide as it or extended to that. */
export function storeBinary(t: Target, e: Binary, a: Limbs, b: Limbs, store: Store): void {
  const { body } = t;
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
