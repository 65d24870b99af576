import { registerAccessor } from "../generators/common/register-accessor.ts";
import {
  type Register,
  type RegisterMap,
  registerHeader,
  registerTable,
  wordTable,
} from "../generators/common/registers.ts";

/**
 * What software needs of the registers of the module called `top`: a C header, a TypeScript class, a table in Markdown. `words` are
 * laid out as registers are, and travel otherwise.
 */
export function registerDocuments(
  map: RegisterMap,
  top: string,
  words: readonly Register[] = [],
): { name: string; content: string }[] {
  const className = `${top.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Registers`;
  return [
    { name: `${top}_registers.h`, content: registerHeader(map, top.toUpperCase(), words) },
    { name: `${top}_registers.ts`, content: registerAccessor(map, className) },
    { name: `${top}_registers.md`, content: [registerTable(map), ...words.map(wordTable)].join("\n") },
  ];
}
