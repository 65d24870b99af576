/** What the guide shows of an example besides its source. */
import {
  type Builder,
  defineModule,
  elaborate,
  emitVerilog,
  HdlError,
  type Inside,
  type ModuleDefinition,
  type Ports,
} from "../../hdl/index.ts";

/** The Verilog of a module and of all that it instantiates. */
export function verilogOf<P, D extends Ports>(definition: ModuleDefinition<P, D>, parameters: P): string {
  return emitVerilog(elaborate(definition, parameters)).text;
}

/** The lines of a text from the first one that has `from` to the next one that has `to`. */
export function excerpt(text: string, from: string, to: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.includes(from));
  const last = lines.findIndex((line, i) => i >= first && line.includes(to));
  if (first < 0 || last < 0) throw new Error(`no lines from "${from}" to "${to}"`);
  return lines.slice(first, last + 1).join("\n");
}

/** The lines of a text that have one of the words, without margin. */
export function linesWith(text: string, ...words: readonly string[]): string {
  const lines = text.split("\n").filter((line) => words.some((word) => line.includes(word)));
  return lines.map((line) => line.trim()).join("\n");
}

/** What the language says about a mistake. */
export function messageOf(mistake: () => unknown): string {
  try {
    mistake();
  } catch (error) {
    if (error instanceof HdlError) return error.message;
    throw error;
  }
  throw new Error("the example of a mistake has none");
}

/** The same for a module with these ports and contents. */
export function refusal<const D extends Ports>(ports: D, build: (io: Inside<D>, m: Builder) => void): string {
  return messageOf(() =>
    elaborate(
      defineModule("wrong", (_: Record<never, never>) => ({ ports, build })),
      {},
    ),
  );
}
