/** Values of nets in the memory of a compiled design, read and written from JavaScript. */
import { limbCount } from "./wasm/storage.ts";

/** Where a net lies and how its bits are read. */
export interface Place {
  readonly address: number;
  readonly width: number;
  readonly signed: boolean;
}

/** How values of a net are read and written. */
export interface Accessor {
  /** What the net can be given: its numbers, and of a signed one its bit patterns too. */
  readonly least: number | bigint;
  readonly most: number | bigint;
  /** A number; a bigint above 32 bits. */
  read(): number | bigint;
  /** A number or bigint within the net's range, or its bit pattern. */
  write(value: number | bigint): void;
}

/** Two views of one memory. */
export class DesignMemory {
  readonly words: Int32Array;
  readonly limbs: BigInt64Array;

  constructor(buffer: ArrayBuffer) {
    this.words = new Int32Array(buffer);
    this.limbs = new BigInt64Array(buffer);
  }

  accessor(place: Place): Accessor {
    const { width, signed } = place;
    const [most, least] = [(1n << BigInt(width)) - 1n, signed ? -(1n << BigInt(width - 1)) : 0n];
    const limits = width <= 32 ? { least: Number(least), most: Number(most) } : { least, most };
    return { ...limits, ...this.#ways(place) };
  }

  #ways({ address, width, signed }: Place): Pick<Accessor, "read" | "write"> {
    const { words, limbs } = this;
    if (width <= 32) {
      const at = address >> 2;
      const unused = 32 - width;
      return signed
        ? { read: () => words[at], write: (value) => (words[at] = (lowWord(value) << unused) >> unused) }
        : { read: () => words[at] >>> 0, write: (value) => (words[at] = (lowWord(value) << unused) >>> unused) };
    }
    const at = address >> 3;
    const count = limbCount(width);
    return {
      read: () => {
        let value = BigInt.asUintN(64, limbs[at]);
        for (let i = 1; i < count; i++) value |= BigInt.asUintN(64, limbs[at + i]) << BigInt(64 * i);
        return signed ? BigInt.asIntN(64 * count, value) : value;
      },
      write: (value) => {
        const number = signed ? BigInt.asIntN(width, BigInt(value)) : BigInt.asUintN(width, BigInt(value));
        for (let i = 0; i < count; i++) limbs[at + i] = BigInt.asIntN(64, number >> BigInt(64 * i));
      },
    };
  }
}

/** The low 32 bits. */
export function lowWord(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value | 0;
}
