/**
 * Problems in the order in which they are found. While `collect` runs, a problem is noted and the work goes on with a
 * recovery value of the expected type, so that one run tells all; outside it is thrown at once.
 */
import { HdlError, together } from "../errors.ts";
import { reference } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { here, type LazyPosition } from "../position.ts";
import { pushOperands } from "../walk.ts";
import { isOfEarlierProblem } from "./unknown.ts";

interface Collection {
  /** By their text: the same line of a module with other parameters is the same problem. */
  readonly noted: Map<string, HdlError>;
  readonly recovered: WeakSet<Expression>;
}

let open: Collection | undefined;

/** Runs a pass. Throws one error with all problems that it noted; what stops it is the last of them. */
export function collect<T>(pass: () => T): T {
  const outer = open;
  const own: Collection = { noted: new Map(), recovered: new WeakSet() };
  open = own;
  try {
    const result = pass();
    if (own.noted.size === 0) return result;
  } catch (error) {
    if (error instanceof HdlError) note(error);
    // Anything else may well be a consequence of a recovery value.
    else if (own.noted.size === 0) throw error;
  } finally {
    open = outer;
  }
  throw together([...own.noted.values()]);
}

/** How many problems the pass has noted so far. */
export function problemCount(): number {
  return open?.noted.size ?? 0;
}

/** Notes a problem, or throws it. Silent where an operand comes of an earlier problem. */
export function refuse(problem: () => HdlError, ...involved: readonly (Expression | undefined)[]): void {
  if (involved.some((e) => e !== undefined && isRecovered(e))) return;
  const error = problem();
  if (!open) throw error;
  note(error);
}

/**
 * What `make` gives; where it throws a problem, that is noted and `instead` stands in, as it does for an exception after a
 * problem, whose consequence that may well be.
 */
export function attempt<T, I = T>(make: () => T, instead: () => I): T | I {
  const before = problemCount();
  try {
    return make();
  } catch (error) {
    if (!open) throw error;
    if (error instanceof HdlError) note(error);
    else if (problemCount() === before) throw error;
    return instead();
  }
}

function note(error: HdlError): void {
  for (const one of error.all) if (!isOfEarlierProblem(one)) open?.noted.set(one.message, one);
}

const standIns = new WeakSet<object>();

/** A type in place of one that there is not; nothing complains of values of it. */
export function standIn<T extends object>(type: T): T {
  standIns.add(type);
  return type;
}

/** Whether the type is one; what is given to it was never wrong by itself. */
export function isStandIn(type: object): boolean {
  return standIns.has(type);
}

/** A net of a stand-in is as wrong as its type. */
export function inheritsType(net: Expression, type: object): void {
  if (standIns.has(type)) open?.recovered.add(net);
}

/** A value of the expected type in place of one that is wrong. It never reaches a circuit. */
export function recovery(width: number, signed: boolean, at: LazyPosition = here()): Expression {
  // A name of its own, so that nothing folds.
  const made = reference(`?${problemCount()}`, width, signed, at);
  open?.recovered.add(made);
  return made;
}

/** A net that stands for a value is as wrong as the value. */
export function inherits(net: Expression, value: Expression): void {
  if (isRecovered(value)) open?.recovered.add(net);
}

/** Whether a recovery value stands in the expression. */
export function isRecovered(e: Expression): boolean {
  if (!open || open.noted.size === 0) return false;
  const seen = new Set<Expression>();
  const pending = [e];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (open.recovered.has(next)) return true;
    pushOperands(next, pending);
  }
  return false;
}
