/**
 * Names for values out of the user's source: what `const sum = a.add(b)` made is called `sum`. Such a name follows from the
 * line itself, so no edit of another line changes it. Where no source can be read there are no such names.
 */
import type { Expression, Item } from "../ir.ts";
import { itemExpressions, operands } from "../ir.ts";
import type { LazyPosition, Position } from "../position.ts";
import { sourceLine } from "../source-files.ts";
import { isNet } from "./pieces.ts";

interface Declaration {
  readonly name: string;
  /** Equal for what stands in the same statement. */
  readonly place: string;
}

/**
 * The names of the values that are the whole of what some `const` or `let` was given. One that was given several, as in a
 * loop, numbers them in the order in which they were made. Records have the names of their fields elsewhere.
 */
export function declaredNames(items: readonly Item[]): Map<Expression, string> {
  const given = new Map<string, { readonly name: string; readonly values: Expression[] }>();
  for (const [value, { name, place }] of declaredValues(items)) {
    const known = given.get(place);
    if (known) known.values.push(value);
    else given.set(place, { name, values: [value] });
  }
  const names = new Map<Expression, string>();
  for (const { name, values } of given.values()) {
    const made = countBy(values, ({ at }) => at);
    const own = values.filter(({ at }) => made.get(at) === 1).sort((a, b) => a.at.rank - b.at.rank);
    own.forEach((value, i) => {
      names.set(value, own.length === 1 ? name : `${name}_${i}`);
    });
  }
  return names;
}

/** Values with the declaration that they are the value of. */
function declaredValues(items: readonly Item[]): Map<Expression, Declaration> {
  const values = new Map<Expression, Declaration>();
  const known = new Map<LazyPosition, Declaration | undefined>();
  const declarationOf = (at: LazyPosition) => {
    if (!known.has(at)) known.set(at, declarationAt(at));
    return known.get(at);
  };
  const parts = new Set<Expression>();
  const seen = new Set<Expression>();
  /** What is an operand of something in its own statement is a part of the value, not the value. */
  const visit = (e: Expression, user: Declaration | undefined) => {
    if (e.kind === "const" || isNet(e)) return;
    const declaration = declarationOf(e.at);
    if (declaration && declaration.place === user?.place) parts.add(e);
    if (seen.has(e)) return;
    seen.add(e);
    if (declaration) values.set(e, declaration);
    for (const operand of operands(e)) visit(operand, declaration);
  };
  for (const item of items) {
    for (const { value } of itemExpressions(item)) visit(value, declarationOf(item.at));
  }
  for (const part of parts) values.delete(part);
  return values;
}

function countBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return counts;
}

/** The declaration whose value was made here, or which got it from a function that returned it. */
function declarationAt(at: LazyPosition): Declaration | undefined {
  for (const position of at.callers) {
    const statement = statementAt(position);
    if (statement === undefined) return undefined;
    if (statement.name !== undefined) return { name: statement.name, place: statement.place };
    if (!statement.returns) return undefined;
  }
  return undefined;
}

interface Statement {
  readonly place: string;
  readonly name?: string;
  /** Whether what the statement makes is the value of the function around it. */
  readonly returns: boolean;
}

const statements = new Map<string, Statement | undefined>();

function statementAt({ path, line }: Position): Statement | undefined {
  const key = `${path}:${line}`;
  const known = statements.get(key);
  if (known || statements.has(key)) return known;
  const statement = readStatement(path, line);
  statements.set(key, statement);
  return statement;
}

const declared = /^\s*(?:export\s+)?(?:const|let|var)\s+([A-Za-z]\w*)\s*(?::[^=]*)?=(?![=>])(.*)$/;
const functionBody = /^\s*(?:async\s*)?(?:\([^()]*\)|\w+)\s*(?::[^=]*)?=>/;

function readStatement(path: string, line: number): Statement | undefined {
  const first = firstLine(path, line);
  const text = sourceLine(path, first);
  if (text === undefined) return undefined;
  const place = `${path}:${first}`;
  const [, name, value] = declared.exec(text) ?? [];
  if (name !== undefined && !functionBody.test(value)) return { place, name, returns: false };
  return { place, returns: /^\s*return\b/.test(text) || (name !== undefined && functionBody.test(value)) };
}

/** The line on which the statement begins that goes on, or stands, on this one: by the usual layout of method chains. */
function firstLine(path: string, line: number): number {
  const text = sourceLine(path, line) ?? "";
  const above = sourceLine(path, line - 1);
  if (above === undefined) return line;
  if (/[^=!<>]=\s*$/.test(above)) return firstLine(path, line - 1);
  if (!/^\s*[.?:]/.test(text)) return line;
  const indent = indentOf(text);
  for (let start = line - 1; start >= 1; start--) {
    const candidate = sourceLine(path, start) ?? "";
    if (candidate.trim() !== "" && indentOf(candidate) < indent) return firstLine(path, start);
  }
  return line;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
