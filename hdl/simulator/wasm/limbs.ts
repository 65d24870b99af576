/** Limbs of values above 64 bits, the lowest first, and their bits from any position on. */
import { op } from "./binary.ts";
import type { Target } from "./target.ts";

/** Pushes limb `i` of a value as i64; beyond its own limbs its extension. */
export type Limbs = (i: number) => void;

/** Stores the limbs that `limb` pushes; `clean`: the top one is extended from the width already. */
export type Store = (limb: (i: number) => void, clean: boolean) => void;

/** The limb that `load` gives, or what extends the top one. */
export function extended({ body }: Target, i: number, own: number, signed: boolean, load: () => void): void {
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

/** Pushes the 64 bits of a value from bit `from` on. */
export function pushShifted({ body }: Target, limbs: Limbs, from: number): void {
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

/** Pushes 64 bits from `base + offset` on, `shift` bits higher; the left shift in two steps makes a shift of 0 right. */
export function pushUnaligned({ body }: Target, base: number, shift: number, offset: number): void {
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
