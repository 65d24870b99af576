/** Which name a line of declarations gives the value that is made at some column of it. */

const opening = "([{";
const closing = ")]}";

/** Before the first name of a declaration; what is given to a field of `this` counts as one. */
export const declarationStart = "(?:(?:export\\s+)?(?:const|let|var)\\s+|this\\.#?)";
const start = new RegExp(`^\\s*${declarationStart}`);

/** One bracket that is open, and where in it the column stands. */
interface Level {
  readonly bracket: string;
  /** Whether it is a list or a record that is written out, not a call or an index. */
  readonly literal: boolean;
  index: number;
  key: string | undefined;
}

/**
 * The name that `const a = …, b = …` gives at the column (from 0), and the way into a list or record that is written out:
 * ["parts", "low"] in `const parts = { low: …`, ["p1"] in `const [p0, p1] = [x, …`. Undefined where there is none.
 */
export function nameAt(line: string, column: number): readonly string[] | undefined {
  const text = withoutComments(line);
  const first = start.exec(text)?.[0].length ?? 0;
  let target = "";
  let inValue = false;
  let levels: Level[] = [];
  let [targetStart, keyStart] = [first, first];
  for (let i = first; i < Math.min(column, text.length); i++) {
    const character = text[i];
    const level = levels.at(-1);
    if (`"'\``.includes(character)) {
      i = text.indexOf(character, i + 1);
      if (i < 0) break;
    } else if (opening.includes(character)) {
      levels.push({ bracket: character, literal: isLiteral(text, i), index: 0, key: undefined });
      keyStart = i + 1;
    } else if (closing.includes(character)) {
      levels.pop();
    } else if (character === "," && level) {
      level.index++;
      level.key = undefined;
      keyStart = i + 1;
    } else if (character === ":" && level?.bracket === "{") {
      level.key = text.slice(keyStart, i).trim();
    } else if (character === "," && inValue) {
      inValue = false;
      targetStart = i + 1;
    } else if (character === ";" && !level) {
      // The next statement of the line, which declares again or names nothing.
      if (/^\s*(?:\/\/.*)?$/.test(text.slice(i + 1))) break;
      const next = start.exec(text.slice(i + 1));
      if (!next) return undefined;
      inValue = false;
      targetStart = i + 1 + next[0].length;
    } else if (character === "=" && !level && !inValue && !/[=>]/.test(text[i + 1] ?? "")) {
      const declared = text.slice(targetStart, i).trim();
      target = /^[[{]/.test(declared) ? declared : declared.replace(/:.*$/, "").trim();
      inValue = true;
      levels = [];
    }
  }
  return inValue ? wayTo(target, levels) : undefined;
}

/** The line with blanks in the places of its comments. */
function withoutComments(line: string): string {
  return line.replaceAll(/(["'`]).*?\1|\/\*.*?\*\//g, (part, quote) => (quote ? part : " ".repeat(part.length)));
}

/** Whether a list or record is written out at the bracket, and is the value itself: nothing is called on it. */
function isLiteral(text: string, at: number): boolean {
  if (!/[=,:([{]\s*$/.test(text.slice(0, at))) return false;
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (opening.includes(text[i])) depth++;
    if (closing.includes(text[i]) && --depth === 0) return !/^\s*[.([?]/.test(text.slice(i + 1));
  }
  return true;
}

const identifier = /^[A-Za-z]\w*$/;

function wayTo(target: string, levels: readonly Level[]): readonly string[] | undefined {
  const end = levels.findIndex(({ literal, bracket }) => !literal || bracket === "(");
  const literals = end < 0 ? levels : levels.slice(0, end);
  const way = literals.map(({ index, key }) => key ?? String(index));
  if (target.startsWith("[")) {
    const [first, ...rest] = way;
    const name = target.slice(1, -1).split(",")[Number(first ?? Number.NaN)]?.trim() ?? "";
    return identifier.test(name) ? [name, ...rest] : undefined;
  }
  return identifier.test(target) && way.every((step) => /^\w+$/.test(step)) ? [target, ...way] : undefined;
}
