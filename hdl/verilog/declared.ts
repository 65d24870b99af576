/**
 * Names for values out of the user's source: what `const sum = a.add(b)` made is called `sum`. Such a name follows from the
 * line itself, so no edit of another line changes it. Where no source can be read there are no such names.
 */
import type { Expression, Item } from "../ir.ts";
import { sourceLine } from "../messages/source-files.ts";
import type { Caller, LazyPosition, Position } from "../position.ts";
import { itemValues, operands, pushOperands } from "../walk.ts";
import { declarationStart, nameAt } from "./declarators.ts";
import { isNet } from "./pieces.ts";

/** The name of a value. */
export interface DeclaredName {
  readonly name: string;
  /** Whether the name of the net that uses the value first belongs before it: a function made it that several may call. */
  readonly ofUser: boolean;
  /** Whether it stands in the body of a condition, as others of the same name may: its operands tell them apart. */
  readonly inBody: boolean;
}

interface Declaration extends DeclaredName {
  /** Equal for what stands in the same statement. */
  readonly place: string;
  /** Where in the statement the value is made. */
  readonly part: string;
}

/**
 * The names of the values that are the whole of what some `const`, `let` or field of `this` was given. In a function they begin with what the
 * caller calls its result, in a loop they end with the turn, whatever becomes of the other turns. What one statement makes of
 * records has the names of their fields elsewhere.
 */
export function declaredNames(items: readonly Item[]): Map<Expression, DeclaredName> {
  const declared = declaredValues(items);
  const made = new Map<LazyPosition, number>();
  for (const { at } of declared.keys()) made.set(at, (made.get(at) ?? 0) + 1);
  const names = new Map<Expression, DeclaredName>();
  for (const [value, { name, ofUser, inBody }] of declared) {
    if (made.get(value.at) !== 1) continue;
    const { index, of } = value.at.turn;
    names.set(value, { name: of > 1 && !ofUser ? `${name}_${index}` : name, ofUser, inBody });
  }
  return names;
}

/** Values with the declaration that they are the value of. */
function declaredValues(items: readonly Item[]): Map<Expression, Declaration> {
  const values = new Map<Expression, Declaration>();
  const parts = new Set<Expression>();
  const seen = new Set<Expression>();
  /** What is an operand of something in its own statement is a part of the value, not the value. */
  const visit = (e: Expression, user: LazyPosition) => {
    if (e.kind === "const" || isNet(e)) return;
    const declaration = declarationOf(e.at);
    if (declaration && declaration.place === declarationOf(user)?.place) parts.add(e);
    if (seen.has(e)) return;
    seen.add(e);
    if (declaration && !e.at.isAside) values.set(e, declaration);
    for (const operand of operands(e)) visit(operand, e.at);
  };
  for (const item of items) {
    for (const value of itemValues(item)) visit(value, item.at);
  }
  for (const part of parts) values.delete(part);
  for (const argument of argumentsIn(values)) values.delete(argument);
  return values;
}

/** Values that a call of their own statement takes, and that reach the whole value through the inside of that call only. */
function argumentsIn(values: ReadonlyMap<Expression, Declaration>): Expression[] {
  const statements = new Map<string, Expression[]>();
  for (const [value, { place }] of values) statements.set(place, [...(statements.get(place) ?? []), value]);
  return [...statements.values()].flatMap((made) => {
    const parts = new Set(made.map((value) => values.get(value)?.part));
    if (parts.size < 2) return [];
    return made.flatMap((whole) => {
      const own = made.filter(
        (value) => values.get(value)?.part !== values.get(whole)?.part && value.at.turn.index === whole.at.turn.index,
      );
      return own.filter((value) => holds(whole, value));
    });
  });
}

function holds(whole: Expression, part: Expression): boolean {
  const seen = new Set<Expression>();
  const pending = [...operands(whole)];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e === part) return true;
    if (seen.has(e)) continue;
    seen.add(e);
    pushOperands(e, pending);
  }
  return false;
}

/** By the callers, which are one list for all that is made by the same calls. */
const declarations = new WeakMap<readonly Caller[], Declaration | undefined>();

/** The declaration whose value was made here, or which got it from a function that returned it. */
function declarationOf({ callers }: LazyPosition): Declaration | undefined {
  const known = declarations.get(callers);
  if (known || declarations.has(callers)) return known;
  const declaration = declarationBy(callers);
  declarations.set(callers, declaration);
  return declaration;
}

function declarationBy(frames: readonly Caller[]): Declaration | undefined {
  for (const [depth, frame] of frames.entries()) {
    if (depth > 0 && frame.throughLanguage) return undefined;
    const statement = statementAt(frame);
    if (!statement) return undefined;
    const declaration = declarationIn(statement, frame);
    if (declaration) {
      const { name, place } = declaration;
      const called = calledBy(frames.slice(depth + 1), statement.place, name);
      const inBody = !called.ofUser && frames[depth + 1]?.throughLanguage === true;
      return { ...called, inBody, place, part: `${frame.line}:${frame.column}` };
    }
    if (!statement.returns) return undefined;
  }
  return undefined;
}

/** The name inside a function together with those that its callers, the innermost first, give what it returns. */
function calledBy(callers: readonly Caller[], place: string, local: string): Omit<DeclaredName, "inBody"> {
  let [name, ofUser, last] = [local, false, place];
  for (const caller of callers) {
    const statement = statementAt(caller);
    // The body of a `when`, or of a function in the same statement, stands where its reader sees the name.
    const inside = caller.throughLanguage || statement?.place === last;
    last = statement?.place ?? "";
    if (inside || statement?.returns) continue;
    const outer = statement && declarationIn(statement, caller)?.name;
    if (outer === undefined) ofUser = true;
    else if (!ofUser) name = `${outer}_${name}`;
  }
  return { name, ofUser };
}

interface Statement {
  readonly place: string;
  /** The line on which it begins, which is where what it declares stands. */
  readonly text: string;
  readonly line: number;
  /** Whether what the statement makes is the value of the function around it. */
  readonly returns: boolean;
}

const statements = new Map<string, Statement | undefined>();

/** The statement of a frame; undefined where the file is another than the one that runs, and does not call what was called. */
function statementAt({ path, line, calls }: Caller): Statement | undefined {
  if (calls !== undefined && !sourceLine(path, line)?.includes(calls)) return undefined;
  const key = `${path}:${line}`;
  const known = statements.get(key);
  if (known || statements.has(key)) return known;
  const statement = readStatement(path, line);
  statements.set(key, statement);
  return statement;
}

const declares = new RegExp(`^\\s*${declarationStart}`);
const functionBody = /^\s*(?:async\s*)?(?:\([^()]*\)|\w+)\s*(?::[^=]*)?=>/;

function readStatement(path: string, line: number): Statement | undefined {
  const first = firstLine(path, line);
  const text = sourceLine(path, first);
  if (text === undefined) return undefined;
  const value = /^[^=]*=(?![=>])(.*)$/.exec(text)?.[1] ?? "";
  const returns = declares.test(text) ? functionBody.test(value) : /^\s*return\b/.test(text);
  return { place: `${path}:${first}`, text, line: first, returns };
}

/** What a statement calls the value that was made at a position of it; undefined where it gives no name. */
function declarationIn({ place, text, line, returns }: Statement, at: Position) {
  if (returns || !declares.test(text)) return undefined;
  // What goes on below the first line belongs to the name that stands last in it.
  const names = nameAt(text, at.line === line ? at.column - 1 : text.length);
  if (names === undefined) return undefined;
  return { name: names.join("_"), place: `${place}:${names.join("_")}` };
}

/** The line on which the statement begins that goes on, or stands, on this one: by the usual layout of method chains. */
function firstLine(path: string, line: number): number {
  const text = sourceLine(path, line) ?? "";
  const above = sourceLine(path, line - 1);
  if (above === undefined) return line;
  if (/[^=!<>]=\s*(?:\/\/.*)?$/.test(above)) return firstLine(path, line - 1);
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
