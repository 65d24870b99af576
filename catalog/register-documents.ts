import { registerAccessor } from "../generators/common/register-accessor.ts";
import { type RegisterMap, registerHeader, registerTable } from "../generators/common/registers.ts";

/** What software needs of the registers of the module called `top`: a C header, a TypeScript class, a table in Markdown. */
export function registerDocuments(map: RegisterMap, top: string): { name: string; content: string }[] {
  const className = `${top.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Registers`;
  return [
    { name: `${top}_registers.h`, content: registerHeader(map, top.toUpperCase()) },
    { name: `${top}_registers.ts`, content: registerAccessor(map, className) },
    { name: `${top}_registers.md`, content: registerTable(map) },
  ];
}
