/** Assignments under conditions as a tree, and what they give a target at the end: one expression. */
import { HdlError } from "../errors.ts";
import { mux, slice } from "../expression.ts";
import type { Assigned, Expression } from "../ir.ts";
import { recovery, refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";

/** Some bits of a target, `low` the lowest. */
export interface Bits {
  readonly low: number;
  readonly width: number;
}

export interface Assignment {
  readonly kind: "assignment";
  /** The bits that are assigned; all where absent. */
  readonly part: Bits | undefined;
  readonly value: Expression;
  readonly at: LazyPosition;
}

export interface Arm {
  readonly condition: Expression;
  readonly block: Block;
  /** How an error calls it. */
  readonly label: string | undefined;
  readonly at: LazyPosition;
}

export interface Branch {
  readonly kind: "branch";
  /** The arms of a switch exclude each other; those of a when hold where none above did. */
  readonly word: "when" | "switch";
  readonly arms: Arm[];
  otherwise: Block | undefined;
  otherwiseLabel: string;
  /** When the otherwise is taken, where that is simpler to say than that no arm is. */
  otherwiseCondition: Expression | undefined;
  /** Where the when stands, and how many statements stood there when its last arm ended. */
  readonly home: Block;
  statements: number;
  readonly at: LazyPosition;
}

/** Statements grouped by target, so that resolving a target visits only what concerns it. */
export class Block {
  readonly parent: { readonly block: Block; readonly branch: Branch } | undefined;
  readonly byTarget = new Map<string, (Assignment | Branch)[]>();
  /** Assignments and branches so far. */
  count = 0;

  constructor(parent?: { block: Block; branch: Branch }) {
    this.parent = parent;
  }

  add(target: string, statement: Assignment | Branch): void {
    let added = statement;
    // No recursion: this is where the stack is fullest, inside of all bodies.
    for (let block: Block | undefined = this; block; block = block.parent?.block) {
      const list = block.byTarget.get(target);
      if (!list) block.byTarget.set(target, [added]);
      else if (list.at(-1) !== added) list.push(added);
      added = block.parent?.branch ?? added;
    }
  }
}

/** What is resolved: a target, or some bits of it. */
export interface Piece {
  readonly target: string;
  /** How TypeScript calls the target: `q.pixels[3]`. */
  readonly path: string;
  /** Where the target was made. */
  readonly at: LazyPosition;
  /** Absent where the target is assigned as a whole only. */
  readonly bits?: Bits;
}

/** How an error calls a piece: `bits 7 to 4 of "sum"`. */
export function pieceName({ target, bits }: Pick<Piece, "target" | "bits">): string {
  if (!bits) return `"${target}"`;
  const { low, width } = bits;
  return width === 1 ? `bit ${low} of "${target}"` : `bits ${low + width - 1} to ${low} of "${target}"`;
}

/**
 * Assignments that later ones in the same block make dead, each with the last of those: a mistake, or left over. A default
 * that conditions override is none.
 */
export function deadAssignments(
  block: Block,
  target: string,
  width: number,
): { dead: LazyPosition; by: LazyPosition }[] {
  const found: { dead: LazyPosition; by: LazyPosition }[] = [];
  let covered = 0n;
  let by: LazyPosition | undefined;
  for (const statement of [...(block.byTarget.get(target) ?? [])].reverse()) {
    const bits = assignedBits(statement, target, width);
    if (by && (bits & ~covered) === 0n) found.push({ dead: statement.at, by });
    else if (statement.kind === "branch")
      for (const inner of innerBlocks(statement)) found.push(...deadAssignments(inner, target, width));
    if (statement.kind === "assignment") {
      covered |= bits;
      by = statement.at;
    }
  }
  return found;
}

/** The lines that assign a target of `width` bits in a block, and the conditions around them. */
export function assignedIn(block: Block, target: string, width: number): Assigned[] {
  const found: Assigned[] = [];
  // A list of what is still to come, the next one last: conditions may nest deeper than a stack.
  const pending = [...(block.byTarget.get(target) ?? [])].reverse();
  for (let statement = pending.pop(); statement; statement = pending.pop()) {
    if (statement.kind === "assignment") {
      const { part = { low: 0, width }, value: expression, at } = statement;
      found.push({ kind: "value", expression, ...part, at });
      continue;
    }
    for (const { condition: expression, at } of statement.arms)
      found.push({ kind: "condition", expression, low: 0, width, at });
    for (const inner of innerBlocks(statement).reverse())
      for (const next of [...(inner.byTarget.get(target) ?? [])].reverse()) pending.push(next);
  }
  return found;
}

function innerBlocks({ arms, otherwise }: Branch): Block[] {
  return [...arms.map((arm) => arm.block), ...(otherwise ? [otherwise] : [])];
}

function bitsOf({ low, width }: Bits): bigint {
  return ((1n << BigInt(width)) - 1n) << BigInt(low);
}

/** The bits that a statement may assign. */
function assignedBits(statement: Assignment | Branch, target: string, width: number): bigint {
  if (statement.kind === "assignment") {
    return bitsOf(statement.part ?? { low: 0, width });
  }
  const inside = innerBlocks(statement).flatMap((block) => assignedIn(block, target, width));
  return inside.reduce((bits, { kind, ...part }) => (kind === "value" ? bits | bitsOf(part) : bits), 0n);
}

/** The call that assigns a piece. */
export function setterName({ path, bits }: Pick<Piece, "path" | "bits">): string {
  if (!bits) return `${path}.set(…)`;
  const { low, width } = bits;
  return width === 1 ? `${path}.setBit(${low}, …)` : `${path}.setBits(${low + width - 1}, ${low}, …)`;
}

/**
 * The value of a piece at the end of `block`, `initial` being what it had before. Undefined when nothing assigns it; a
 * path without assignment is an error. No assignment covers a piece in part.
 */
export function resolveBlock(
  block: Block,
  piece: Piece,
  initial: Expression | undefined,
  path: readonly Branch[] = [],
): Expression | undefined {
  let current = initial;
  const statements = (block.byTarget.get(piece.target) ?? []).filter((s) => s.kind === "branch" || covers(s, piece));
  // Nothing before the last unconditional assignment can matter.
  const start = Math.max(
    0,
    statements.findLastIndex((statement) => statement.kind === "assignment"),
  );
  for (const statement of statements.slice(start)) {
    if (statement.kind === "assignment") {
      current = valueIn(statement, piece);
      continue;
    }
    const before = current;
    const inner = [...path, statement];
    const arms = statement.arms.map(({ condition, block: arm }) => ({
      condition,
      value: resolveBlock(arm, piece, before, inner),
    }));
    const rest = statement.otherwise ? resolveBlock(statement.otherwise, piece, before, inner) : before;
    const gaps = arms.flatMap(({ value }, i) => (value === undefined ? [i] : []));
    // Other bits of the target are assigned here, not these.
    if (rest === undefined && gaps.length === arms.length) continue;
    if (rest === undefined || gaps.length > 0) {
      refuse(() => gapError(piece, statement, { arms: gaps, rest: rest === undefined }, path));
      const value = arms.find((arm) => arm.value !== undefined)?.value ?? (rest as Expression);
      current = recovery(value.width, value.signed, statement.at);
      continue;
    }
    const given = arms as readonly Choice[];
    const choice = statement.word === "switch" ? fewest(given, statement, rest, before) : { choices: given, rest };
    // What `const chain = m.when(…)` calls the chain is no name for what it gives a target.
    const own = statement.at.aside();
    current = choice.choices.reduceRight(
      (falseValue, { condition, value }) => mux(condition, value, falseValue, own),
      choice.rest,
    );
  }
  return current;
}

function covers({ part }: Assignment, { bits }: Piece): boolean {
  return !part || !bits || (part.low <= bits.low && bits.low < part.low + part.width);
}

function valueIn({ value, part, at }: Assignment, { bits }: Piece): Expression {
  return bits ? slice(value, bits.low - (part?.low ?? 0), bits.width, at) : value;
}

interface Choice {
  readonly condition: Expression;
  readonly value: Expression;
}

/**
 * The choices of a switch exclude each other, so those that agree with the else can go. The else is what the target had
 * before, where some case leaves it so: the code then speaks only of the cases that assign.
 */
function fewest(
  arms: readonly Choice[],
  { otherwiseCondition: condition }: Branch,
  rest: Expression,
  before: Expression | undefined,
): { choices: readonly Choice[]; rest: Expression } {
  const all = condition ? [...arms, { condition, value: rest }] : arms;
  const kept = condition ? all.find(({ value }) => value === before)?.value : undefined;
  const fallback = kept ?? rest;
  return { choices: (kept ? all : arms).filter(({ value }) => value !== fallback), rest: fallback };
}

/** Where a branch leaves a piece without a value: in which arms, and in its rest, which is the otherwise or no arm taken. */
interface Gaps {
  readonly arms: readonly number[];
  readonly rest: boolean;
}

function gapError(piece: Piece, branch: Branch, gaps: Gaps, path: readonly Branch[]): HdlError {
  const name = pieceName(piece);
  const verb = piece.bits && piece.bits.width > 1 ? "are" : "is";
  const message = `${name[0].toUpperCase()}${name.slice(1)} ${verb} not assigned on every path through this ${branch.word}.`;
  const details = branch.word === "when" ? openArms(piece, branch, gaps) : openCases(piece, branch, gaps);
  const made = { role: "target", what: name, at: piece.at };
  const outer = [...path].reverse().map(({ word: role, at }) => ({ role, what: "around it", at }));
  return new HdlError({ code: "missing-else", message, ...details }, branch.at, [made, ...outer]);
}

function openArms(piece: Piece, { arms, otherwise }: Branch, gaps: Gaps) {
  const set = setterName(piece);
  const open = gaps.arms.map((i) => `arm ${i + 1} of ${arms.length}`);
  if (gaps.rest) open.push(otherwise ? "otherwise" : "no arm taken");
  const places = gaps.arms.map((i) => `arm ${i + 1}`);
  if (gaps.rest) places.push(otherwise ? "otherwise" : "an otherwise to be added");
  const added = gaps.arms.length === 0 && !otherwise;
  const instead = added ? `add .otherwise(() => ${set})` : `in ${listed(places, " and ")}`;
  return {
    expected: "a value in each arm and in otherwise, or a default assigned before the when",
    found: `no value on the path${open.length > 1 ? "s" : ""}: ${listed(open)}`,
    hint: `Write ${set} before the when, or ${instead}.`,
  };
}

function openCases(piece: Piece, { arms, otherwiseLabel }: Branch, gaps: Gaps) {
  const open = [...gaps.arms.map((i) => `${arms[i].label}`), ...(gaps.rest ? [otherwiseLabel] : [])];
  const several = open.length > 1;
  return {
    expected: "a value in each case, or a default assigned before the switch",
    found: `no value in case${several ? "s" : ""} ${listed(open)}`,
    hint: `Write ${setterName(piece)} in ${several ? "those cases" : "that case"}, or before the switch.`,
  };
}

/** A few, and how many more there are. */
function listed(names: readonly string[], last = ", "): string {
  const most = 5;
  if (names.length > most) return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")}${last}${names.at(-1)}` : names.join("");
}
