/** The words, numbers and signs of a circuit's text, each with its place. */
import { HdlError, type Involved } from "../errors.ts";
import { LazyPosition } from "../position.ts";

export interface Token {
  /** A sign is its own kind; "end" stands behind the last token. */
  readonly kind: "word" | "text" | "number" | "shared" | "sign" | "end";
  /** As it is written; of a text, what stands between the quotation marks. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const token =
  /(?<space>\s+|\/\/[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)|(?<shared>%\d+)|(?<word>[A-Za-z_]\w*)|(?<sign><=|[()[\]{}:=@])/y;

/** Reads tokens one after the other. Errors have the code `circuit-text`. */
export class Tokens {
  readonly #file: string;
  readonly #reader: Involved;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** `reader` is who asked for the circuit; errors name it. */
  constructor(text: string, file: string, reader: Involved) {
    this.#file = file;
    this.#reader = reader;
    this.#tokens = [...this.#split(text)];
  }

  /** The token that comes next. */
  get next(): Token {
    return this.#tokens[this.#next];
  }

  /** Where it stands. */
  get at(): LazyPosition {
    return this.#positionOf(this.next);
  }

  take(): Token {
    const taken = this.next;
    if (taken.kind !== "end") this.#next++;
    return taken;
  }

  /** Takes the word or sign, if it comes next. */
  takes(text: string): boolean {
    const found = (this.next.kind === "word" || this.next.kind === "sign") && this.next.text === text;
    if (found) this.#next++;
    return found;
  }

  must(text: string): void {
    if (!this.takes(text)) this.refuse(`"${text}"`);
  }

  /** One of the words. */
  oneOf<T extends string>(...words: readonly T[]): T {
    const word = words.find((word) => this.takes(word));
    return word ?? this.refuse(words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`);
  }

  of(kind: Token["kind"], expected: string): string {
    return this.next.kind === kind ? this.take().text : this.refuse(expected);
  }

  /** A name, which may stand in quotation marks. */
  name(what = "a name"): string {
    return this.next.kind === "text" ? this.take().text : this.of("word", what);
  }

  integer(what = "an integer"): bigint {
    return /^-?\d+$/.test(this.next.text) ? BigInt(this.of("number", what)) : this.refuse(what);
  }

  /** A whole number that is not negative and that a JavaScript number holds. */
  count(what: string): number {
    const value = Number(/^\d+$/.test(this.next.text) ? this.next.text : Number.NaN);
    if (this.next.kind !== "number" || !Number.isSafeInteger(value)) return this.refuse(what);
    this.take();
    return value;
  }

  /** What stands between brackets. */
  list<T>(entry: () => T): T[] {
    this.must("[");
    const entries: T[] = [];
    while (!this.takes("]")) entries.push(entry());
    return entries;
  }

  refuse(expected: string): never {
    const { kind, text } = this.next;
    const found = kind === "end" ? "the end" : JSON.stringify(text);
    throw this.#problem(`The text of the circuit goes on with ${found}.`, expected, this.next);
  }

  *#split(text: string): Generator<Token> {
    let line = 1;
    let lineStart = 0;
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const from = token.lastIndex;
      const place = { line, column: from - lineStart + 1 };
      const groups = token.exec(text)?.groups;
      if (!groups) throw this.#problem(`The text of the circuit has ${JSON.stringify(text[from])}.`, "a word", place);
      const [kind, found] = Object.entries(groups).find(([, found]) => found !== undefined) as [string, string];
      if (kind !== "space") yield { kind: kind as Token["kind"], text: this.#content(kind, found, place), ...place };
      for (const newline of found.matchAll(/\n/g)) {
        line++;
        lineStart = from + newline.index + 1;
      }
    }
    yield { kind: "end", text: "", line, column: text.length - lineStart + 1 };
  }

  #content(kind: string, found: string, place: { readonly line: number; readonly column: number }): string {
    if (kind !== "text") return found;
    try {
      return JSON.parse(found);
    } catch {
      throw this.#problem(`${found} is no text.`, 'a text as JSON has it, such as "a\\tb"', place);
    }
  }

  #positionOf({ line, column }: { readonly line: number; readonly column: number }): LazyPosition {
    return new LazyPosition({ file: this.#file, path: this.#file, line, column });
  }

  #problem(message: string, expected: string, place: { readonly line: number; readonly column: number }): HdlError {
    return new HdlError({ code: "circuit-text", message, expected }, this.#positionOf(place), [this.#reader]);
  }
}
