/** How values lie in linear memory. */
import type { ValueType } from "./binary.ts";

/** Address of the word that is 1 while the outputs follow from the inputs and the state in memory. */
export const settledAddress = 0;

/** Address of the number of edges so far, an i64. */
export const edgesAddress = 8;

/** Where nets and memories may lie from. */
export const firstFree = 16;

/**
 * A value of up to 32 bits is an i32, of up to 64 an i64, zero- or sign-extended; a wider one is limbs of 64 bits, the
 * lowest first, the topmost extended likewise.
 */
export function isWide(width: number): boolean {
  return width > 64;
}

/** The WebAssembly type of a value that is not wide. */
export function typeOf(width: number): ValueType {
  return width <= 32 ? "i32" : "i64";
}

export function limbCount(width: number): number {
  return Math.ceil(width / 64);
}

/** Bytes that a net takes. */
export function slotBytes(width: number): number {
  return width <= 32 ? 4 : 8 * limbCount(width);
}

/** Bytes of a memory word; words are kept as unsigned bits. */
export function wordBytes(width: number): number {
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  return slotBytes(width);
}

/** Hands out addresses, each a multiple of the size where that is 4 or 8. */
export class Allocator {
  #next: number;

  constructor(start = 0) {
    this.#next = start;
  }

  take(bytes: number): number {
    const alignment = Math.min(bytes, 8);
    this.#next = Math.ceil(this.#next / alignment) * alignment;
    const address = this.#next;
    this.#next += bytes;
    return address;
  }

  get end(): number {
    return this.#next;
  }
}
