import { UserError } from "../../sw-model/errors.ts";
import { checkedValue, type NumberedPort, wordsOf } from "../program.ts";
import type { Bits } from "../simulation.ts";
import { type Column, columnIn, columnWords } from "./column.ts";
import { maxFrameBytes } from "./protocol.ts";

/** Collects words in an array that grows. */
export class WordWriter {
  #words: Uint32Array;
  #length = 0;

  /** With room for this many words before it grows. */
  constructor(words = 256) {
    if (4 * words > maxFrameBytes) throw tooLarge(4 * words);
    // Small ones share memory that Node keeps for them: to get some for each of many frames would take longer than to write it.
    const { buffer, byteOffset } = Buffer.allocUnsafe(4 * words).fill(0);
    this.#words = new Uint32Array(buffer, byteOffset, words);
  }

  word(value: number): void {
    this.#room(1);
    this.#words[this.#length++] = value;
  }

  value(port: NumberedPort, value: Bits): void {
    const checked = checkedValue(port, value);
    const count = wordsOf(port);
    this.#room(count);
    if (count === 1) {
      this.#words[this.#length++] = Number(checked);
      return;
    }
    let rest = BigInt(checked);
    for (let i = 0; i < count; i++) {
      this.#words[this.#length++] = Number(rest & 0xffff_ffffn);
      rest >>= 32n;
    }
  }

  /** A length, then the bytes, padded to whole words. */
  bytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    const words = Math.ceil(bytes.length / 4);
    this.#room(words);
    const { buffer, byteOffset } = this.#words.subarray(this.#length);
    new Uint8Array(buffer, byteOffset, bytes.length).set(bytes);
    this.#length += words;
  }

  text(text: string): void {
    this.bytes(new TextEncoder().encode(text));
  }

  /** A column of a batch, to be filled before anything else is written. */
  column(width: number, rows: number): Column {
    const words = columnWords(width, rows);
    this.#room(words);
    const column = columnIn(this.#words, this.#length, width, rows);
    this.#length += words;
    return column;
  }

  finish(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#words.length) return;
    if (needed * 4 > maxFrameBytes) throw tooLarge(needed * 4);
    const larger = new Uint32Array(Math.min(Math.max(needed, 2 * this.#words.length), maxFrameBytes / 4));
    larger.set(this.#words.subarray(0, this.#length));
    this.#words = larger;
  }
}

function tooLarge(bytes: number): UserError {
  return new UserError({
    code: "message-too-large",
    message: "the commands do not fit one message",
    expected: `at most ${maxFrameBytes} bytes`,
    found: `${bytes} bytes or more`,
    hint: "split the commands over several calls",
  });
}
