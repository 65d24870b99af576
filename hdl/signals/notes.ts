/** How errors show the signals and expressions that they are about. */
import type { Involved } from "../errors.ts";
import type { Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { type LeafType, typeName } from "../types.ts";

/** What errors say of a signal. */
interface SignalShown {
  readonly type: LeafType;
  readonly expression: Expression;
}

/** How an error shows a signal: its name, if it has one, its type, and where it comes from. */
export function operandNote(role: string, { type, expression }: SignalShown): Involved {
  return expressionNote(role, expression, typeName(type));
}

/** The same for an expression of a known width. */
export function expressionNote(role: string, e: Expression, what = bitCount(e.width)): Involved {
  return { role, what: e.kind === "ref" ? `"${e.name}", ${what}` : what, at: e.at };
}
