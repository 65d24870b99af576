import { UserError } from "../errors.ts";
import { manifestName } from "./manifest.ts";

/** What a `.dat` file of FINN holds: words of elements of the same width. */
export interface DatForm {
  readonly words: number;
  /** Elements a word; element 0 is in the lowest bits. */
  readonly elements: number;
  /** Bits an element, 1 to 32; two's complement where signed. */
  readonly bits: number;
  readonly signed: boolean;
  /** A word a line (`decoupled_verilog_dat`), or its 32-bit parts, lowest first (`decoupled_runtime`). */
  readonly lines: "word" | "32-bit";
}

/** Hex digits a line and lines a word. FINN pads a word to whole digits, or to 32 bits times a power of two. */
function lineForm({ elements, bits, lines }: DatForm): { digits: number; parts: number } {
  const width = elements * bits;
  if (lines === "word") return { digits: Math.ceil(width / 4), parts: 1 };
  return { digits: 8, parts: 2 ** Math.max(0, Math.ceil(Math.log2(width / 32))) };
}

/**
 * The elements of all words in order, element 0 of a word first. Throws `UserError` bad-dat with the line that is no
 * hex number of the right length, missing, too many, or not 0 above its elements.
 */
export function parseDat(text: string, form: DatForm, file: string): Float64Array {
  const { words, elements, bits, signed } = form;
  const { digits, parts } = lineForm(form);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const expected = `${digits} hex digits (${elements} x ${bits} bits a word)`;
  lines.slice(0, words * parts).forEach((line, i) => {
    if (line.length !== digits || !/^[\da-f]+$/i.test(line)) throw badDat(file, i, expected, lineText(line));
  });
  const count = `${words * parts} lines`;
  if (lines.length < words * parts) {
    throw badDat(file, lines.length, `${count}, here ${expected}`, "the end of the file");
  }
  if (lines.length > words * parts) {
    throw badDat(file, words * parts, `the end of the file after ${count}`, lineText(lines[words * parts]));
  }
  const values = new Float64Array(words * elements);
  for (let word = 0; word < words; word++) {
    const hex = lines
      .slice(word * parts, (word + 1) * parts)
      .reverse()
      .join("");
    const bit = (at: number) => (Number.parseInt(hex[hex.length - 1 - (at >> 2)], 16) >> (at & 3)) & 1;
    for (let at = elements * bits; at < 4 * hex.length; at++) {
      const part = parts === 1 ? 0 : Math.floor(at / 32);
      if (bit(at) === 1) throw badDat(file, word * parts + part, "0 above the word's elements", "a 1");
    }
    for (let element = 0; element < elements; element++) {
      let value = 0;
      for (let i = 0; i < bits; i++) value += bit(element * bits + i) * 2 ** i;
      values[word * elements + element] = signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
    }
  }
  return values;
}

/** The text of a `.dat` file; every value must fit its element. */
export function datText(values: Float64Array, form: DatForm): string {
  const { words, elements, bits } = form;
  const { digits, parts } = lineForm(form);
  return Array.from({ length: words }, (_, word) => {
    const nibbles = new Uint8Array(digits * parts);
    for (let element = 0; element < elements; element++) {
      const value = values[word * elements + element] >>> 0;
      for (let i = 0; i < bits; i++) {
        const at = element * bits + i;
        nibbles[nibbles.length - 1 - (at >> 2)] |= ((value >>> i) & 1) << (at & 3);
      }
    }
    const part = (k: number) =>
      Array.from(nibbles.subarray(k * digits, (k + 1) * digits), (n) => n.toString(16)).join("");
    return Array.from({ length: parts }, (_, k) => `${part(parts - 1 - k)}\n`).join("");
  }).join("");
}

function lineText(line: string): string {
  const shown = JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}...` : line);
  return `${shown}, ${line.length} characters`;
}

/** `line` counts from 0. */
function badDat(file: string, line: number, expected: string, found: string): UserError {
  const where = `${file}: line ${line + 1}`;
  return new UserError({
    code: "bad-dat",
    message: `${where}: expected ${expected}, found ${found}`,
    where,
    expected,
    found,
    hint: `inputs, outputs, pe, simd, lines and thresholdDataType stand in ${manifestName}`,
  });
}
