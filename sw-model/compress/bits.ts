/** Bits in the order in which they are written, the first one in the highest bit of a byte. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #used = 0;

  /** Writes the low `count` bits of a value, 0 to 32, highest first. */
  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1);
      if (++this.#used < 8) continue;
      this.#bytes.push(this.#current);
      this.#current = 0;
      this.#used = 0;
    }
  }

  /** All bits, the last byte filled up with zeros. */
  bytes(): Uint8Array {
    const rest = this.#used > 0 ? [this.#current << (8 - this.#used)] : [];
    return Uint8Array.from([...this.#bytes, ...rest]);
  }
}

/** Reads what `BitWriter` wrote; reading past the end gives undefined. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#at;
  }

  bit(): 0 | 1 | undefined {
    const byte = this.#bytes[this.#at >>> 3];
    if (byte === undefined) return undefined;
    const bit = (byte >>> (7 - (this.#at & 7))) & 1;
    this.#at++;
    return bit as 0 | 1;
  }

  /** A number of `count` bits, at most 32, highest first. */
  read(count: number): number | undefined {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit();
      if (bit === undefined) return undefined;
      value = 2 * value + bit;
    }
    return value;
  }

  /** True where less than a byte is left, and all of it is zero. */
  endsHere(): boolean {
    if (8 * this.#bytes.length - this.#at >= 8) return false;
    while (this.#at < 8 * this.#bytes.length) if (this.bit() !== 0) return false;
    return true;
  }
}
