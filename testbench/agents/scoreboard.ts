import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../sw-model/errors.ts";

/** Compares what a design gives with what it should, in order. Each difference is an error (exit status 1) at once. */
export class Scoreboard<T> {
  readonly #name: string;
  readonly #expected: T[] = [];
  #seen = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** How many were right. */
  get seen(): number {
    return this.#seen;
  }

  /** This comes next, after those that were announced before. */
  expect(value: T): void {
    this.#expected.push(value);
  }

  /** This came. */
  observe(value: T): void {
    const index = this.#seen++;
    if (this.#expected.length === 0) throw this.#wrong(index, "nothing more", value);
    const expected = this.#expected.shift();
    if (!isDeepStrictEqual(expected, value)) throw this.#wrong(index, shown(expected), value);
  }

  /** Nothing more will come: an error if anything was still expected. */
  finish(): void {
    const left = this.#expected.length;
    if (left === 0) return;
    const [expected, found] = [`${this.#seen + left} values, next ${shown(this.#expected[0])}`, `${this.#seen} values`];
    const message = `${this.#name}: ${left} of ${this.#seen + left} values did not come`;
    throw new UserError({ code: "scoreboard-differs", message, where: this.#name, expected, found }, 1);
  }

  #wrong(index: number, expected: string, value: T): UserError {
    const message = `${this.#name}: value ${index} is ${shown(value)}, not ${expected}`;
    return new UserError(
      { code: "scoreboard-differs", message, where: `${this.#name}, value ${index}`, expected, found: shown(value) },
      1,
    );
  }
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}` : part)) ?? String(value);
