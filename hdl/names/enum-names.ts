/** What an enumeration is called in the user's source. */
import type { EnumDeclaration } from "../ir.ts";
import { sourceLine } from "../messages/source-files.ts";

const declarations = new WeakMap<object, EnumDeclaration>();

/** The type of an enumeration, of which it is known from now on where it was declared. */
export function declaredAs<T extends object>(type: T, declared: EnumDeclaration): T {
  declarations.set(type, declared);
  return type;
}

/** Where the type of an enumeration was declared. */
export function declarationOf(type: object): EnumDeclaration | undefined {
  return declarations.get(type);
}

/**
 * `state` of `const state = enumOf(…)`, `{ state: input(vec(2, enumOf(…))) }` and `m.reg("state", enumOf(…))`: the name follows
 * from the declaration alone. Undefined where it stands otherwise, and where no source can be read.
 */
export function enumName(declared: EnumDeclaration | undefined): string | undefined {
  if (declared?.name !== undefined) return declared.name;
  const at = declared?.at.position;
  const line = at && sourceLine(at.path, at.line);
  if (at === undefined || line === undefined || !/^(?:\w+\.)?enumOf(?:<.*>)?\(/.test(line.slice(at.column - 1)))
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
