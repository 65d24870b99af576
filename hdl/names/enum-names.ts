/** What an enumeration is called in the user's source. */
import { sourceLine } from "../messages/source-files.ts";
import type { LazyPosition } from "../position.ts";

const declarations = new WeakMap<object, string | LazyPosition>();

/** The type of an enumeration, of which it is known from now on what it is called, or where it was declared. */
export function declaredAs<T extends object>(type: T, declared: string | LazyPosition): T {
  declarations.set(type, declared);
  return type;
}

/** What the type of an enumeration is called, or where it was declared. */
export function declarationOf(type: object): string | LazyPosition | undefined {
  return declarations.get(type);
}

/**
 * `state` of `const state = enumOf(…)`, `{ state: input(vec(2, enumOf(…))) }` and `m.reg("state", enumOf(…))`: the name follows
 * from the declaration alone. Undefined where it stands otherwise, and where no source can be read.
 */
export function enumName(declared: string | LazyPosition | undefined): string | undefined {
  if (declared === undefined || typeof declared === "string") return declared;
  const at = declared.position;
  const line = at && sourceLine(at.path, at.line);
  if (at === undefined || line === undefined || !/^(?:\w+\.)?enumOf\(/.test(line.slice(at.column - 1)))
    return undefined;
  // What a long declaration has above the line.
  const above = [3, 2, 1].map((distance) => (sourceLine(at.path, at.line - distance) ?? "").replace(/\/\/.*/, ""));
  return nameBefore([...above, line.slice(0, at.column - 1)].join("\n"));
}

/** Types around the enumeration: `input(`, `vec(2, `. */
const around = /\b(?:input|output|stream|vec)\(\s*(?:[^()"'`]*,\s*)?$/;
const names = [/\b([A-Za-z]\w*)(?:\s*:[^=;{}()\n]*)?\s*=\s*$/, /[{(,\n]\s*([A-Za-z]\w*)\s*:\s*$/, /\(\s*"(\w+)",\s*$/];

function nameBefore(text: string): string | undefined {
  const inside = text.replace(/\b\w+\.$/, "");
  const outside = inside.replace(around, "");
  if (outside !== inside) return nameBefore(outside);
  return names.map((name) => name.exec(inside)?.[1]).find((name) => name !== undefined);
}
