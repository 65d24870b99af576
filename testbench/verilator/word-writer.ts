import { UserError } from "../../sw-model/errors.ts";
import { checkedValue, type NumberedPort, wordsOf } from "../program.ts";
import type { Bits } from "../simulation.ts";
import { maxFrameBytes } from "./protocol.ts";

/** Collects words in an array that grows. */
export class WordWriter {
  #words = new Uint32Array(256);
  #length = 0;

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

  words(values: Uint32Array): void {
    this.#room(values.length);
    this.#words.set(values, this.#length);
    this.#length += values.length;
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
