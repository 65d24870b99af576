/**
 * Assignments under conditions, kept as a tree while `build` runs and resolved to one expression a target at its end.
 * A later assignment wins over an earlier one, as a reader of the code expects.
 */
import { HdlError } from "../errors.ts";
import { binary, cast, cat, slice, unary } from "../expression.ts";
import type { Arm, Assigned, Expression } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import { refuseNoFunction } from "../messages/wrong-argument.ts";
import { here, type LazyPosition } from "../position.ts";
import { assignedIn, type Bits, Block, type Branch, deadAssignments, resolveBlock } from "./resolve.ts";

/**
 * Conditions that hold together, the last one first. Arms share what holds around and above them, so that a chain of arms grows
 * with its length alone; each reader makes expressions of its own, which then print where they are used.
 */
interface Conditions {
  readonly outer: Conditions | undefined;
  readonly condition: Expression;
  readonly negated: boolean;
  /** All of them as one expression, once somebody asked. */
  all?: Expression;
}

export class Statements {
  #block = new Block();
  /** The conditions that hold at this point of the build. */
  #conditions: Conditions | undefined;
  /** The same in the arm of each `when` that is still to come. */
  readonly #unmet = new WeakMap<Branch, Conditions>();
  /** Where the parts begin and end in which a target is assigned. */
  readonly #cuts = new Map<string, Set<number>>();

  /** The arms so far, in the order of the source, and the one that is being built. */
  readonly arms: Arm[] = [];
  #inside: LazyPosition[] | undefined;
  /** Bodies that run inside each other at this point. */
  #depth = 0;

  /** True while a `when` body runs. */
  get conditional(): boolean {
    return this.#conditions !== undefined;
  }

  /** Gives the target the value, or the `part` of it. */
  assign(target: string, value: Expression, at: LazyPosition, part?: Bits): void {
    this.note(at);
    this.#block.count++;
    this.#block.add(target, { kind: "assignment", value, part, at });
    if (!part) return;
    const cuts = this.#cuts.get(target) ?? new Set();
    this.#cuts.set(target, cuts.add(part.low).add(part.low + part.width));
  }

  /** Something stands at this place of the arm that is being built. */
  note(at: LazyPosition): void {
    this.#inside?.push(at);
  }

  /** Open a branch; arms are added by `arm` and `otherwise`. */
  branch(word: Branch["word"] = "when"): Branch {
    const statements = ++this.#block.count;
    return {
      kind: "branch",
      word,
      arms: [],
      otherwise: undefined,
      otherwiseLabel: "otherwise",
      otherwiseCondition: undefined,
      home: this.#block,
      statements,
      at: here(),
    };
  }

  arm(branch: Branch, condition: Expression, body: () => void, label?: string): void {
    this.#follows(branch);
    const block = new Block({ block: this.#block, branch });
    const at = here();
    branch.arms.push({ condition, block, label, at });
    const unmet = this.#unmet.get(branch) ?? this.#conditions;
    this.#unmet.set(branch, { outer: unmet, condition, negated: true });
    const outer = branch.word === "switch" ? this.#conditions : unmet;
    this.#run(block, { outer, condition, negated: false }, body, label ?? "", at);
  }

  /** `condition` is the negation of all arms where it can be said more simply. */
  otherwise(branch: Branch, body: () => void, options: { label?: string; condition?: Expression } = {}): void {
    this.#follows(branch);
    const block = new Block({ block: this.#block, branch });
    branch.otherwise = block;
    branch.otherwiseLabel = options.label ?? branch.otherwiseLabel;
    branch.otherwiseCondition = options.condition;
    const { condition } = options;
    const outer = this.#conditions;
    const conditions = condition ? { outer, condition, negated: false } : (this.#unmet.get(branch) ?? outer);
    this.#run(block, conditions, body, branch.otherwiseLabel, here());
  }

  /** All conditions of the enclosing bodies as one expression; undefined at the top level. */
  enable(): Expression | undefined {
    if (this.#conditions === undefined) return undefined;
    return listed(this.#conditions).reduce((a, b) => binary("and", a, b, 1, false, b.at));
  }

  /**
   * The value of a target at the end of the build, `initial` where no assignment is reached (a register's own value), and
   * the bits that nothing assigns: none, all (undefined), or some. Undefined when some bits have no value.
   * A path without assignment of a target without `initial` is an error.
   */
  resolve(
    { name, path, width, signed }: { name: string; path: string; width: number; signed: boolean },
    initial: Expression | undefined,
    at: LazyPosition,
  ): { value: Expression | undefined; unassigned: readonly (Bits | undefined)[] } {
    // The line of the target makes no value, so what its `const` is called is no name for the parts and what joins them.
    const own = at.aside();
    const pieces = this.#pieces(name, width).map((bits) => {
      const before = initial && bits ? slice(initial, bits.low, bits.width, own) : initial;
      const value = resolveBlock(this.#block, { target: name, path, at, ...(bits && { bits }) }, before);
      return { bits, value, unassigned: value === before };
    });
    const values = pieces.map(({ value }) => value).reverse();
    const complete = values.every((value) => value !== undefined);
    return {
      // Pieces are unsigned, a single one too.
      value: complete && pieces[0].bits ? cast(cat(values, own), signed, own) : complete ? values[0] : undefined,
      unassigned: pieces.every(({ unassigned }) => unassigned)
        ? [undefined]
        : pieces.filter(({ unassigned }) => unassigned).map(({ bits }) => bits),
    };
  }

  /** The lines that assign a target, and the conditions around them. */
  assigned({ name, width }: { name: string; width: number }): Assigned[] {
    return assignedIn(this.#block, name, width);
  }

  /** Refuses assignments to a target that later ones make dead. */
  refuseDead({ name, width, at }: { name: string; width: number; at: LazyPosition }): void {
    for (const { dead, by } of deadAssignments(this.#block, name, width)) {
      const involved = [
        { role: "target", what: `"${name}"`, at },
        { role: "earlier", what: "has no effect", at: dead },
      ];
      const details = {
        code: "doubly-driven",
        message: `"${name}" is assigned again, so an earlier assignment has no effect.`,
        expected: "one assignment, or a default before the conditions that override it",
        hint: "Remove one of the two, or put the later one into a when.",
      } as const;
      refuse(() => new HdlError(details, by, involved));
    }
  }

  /** The parts of a target that are assigned alike, lowest first; undefined is all of it. */
  #pieces(target: string, width: number): (Bits | undefined)[] {
    const cuts = this.#cuts.get(target);
    if (!cuts) return [undefined];
    const ends = [...cuts.add(0).add(width)].sort((a, b) => a - b);
    return ends.slice(1).map((end, i) => ({ low: ends[i], width: end - ends[i] }));
  }

  /** An arm added later, or elsewhere, would act at a place where nobody reads it. */
  #follows(branch: Branch): void {
    const early = branch.otherwise !== undefined;
    if (!early && branch.home === this.#block && branch.statements === this.#block.count) return;
    const at = here();
    refuse(
      () =>
        new HdlError(
          {
            code: "misplaced-else",
            message: early ? "This when has an otherwise already." : "Something stands between this arm and its when.",
            expected: "elseWhen and otherwise directly after the arm above, otherwise last",
          },
          at,
          [{ role: "when", what: "begins", at: branch.at }],
        ),
    );
  }

  #run(block: Block, conditions: Conditions | undefined, body: () => void, label: string, at: LazyPosition): void {
    refuseNoFunction(
      "A condition",
      body,
      "The body is a function, which the condition runs: write () => q.set(1) for q.set(1).",
    );
    if (this.#depth === deepest) refuseDeeper(at);
    this.#depth++;
    const outer = { block: this.#block, conditions: this.#conditions, inside: this.#inside };
    this.#block = block;
    this.#conditions = conditions;
    this.#inside = [];
    const statements = this.#inside;
    this.arms.push({
      get condition() {
        return together(conditions);
      },
      label,
      at,
      statements,
    });
    try {
      const done: unknown = body();
      if (done instanceof Promise) refuseAsynchronous(done);
    } finally {
      this.#block = outer.block;
      this.#conditions = outer.conditions;
      this.#inside = outer.inside;
      this.#depth--;
    }
  }
}

/** Nobody writes as many conditions inside each other, and the stack has room for more. */
const deepest = 1024;

function refuseDeeper(at: LazyPosition): never {
  const message = `Conditions are nested more than ${deepest} deep.`;
  const hint =
    "A function that calls itself stops at some value; a long choice is a chain of `elseWhen`, or a `switch`.";
  throw new HdlError(
    { code: "recursive-module", message, expected: `at most ${deepest} conditions inside each other`, hint },
    at,
  );
}

/** What stands behind an await would come too late. */
function refuseAsynchronous(done: Promise<unknown>): void {
  done.catch(() => undefined);
  const message = "The body of a condition is asynchronous, so what it assigns would come after its end.";
  const hint = "Await what it needs before elaborate, and pass it as a parameter.";
  const at = here();
  refuse(() => new HdlError({ code: "build-out-of-scope", message, hint }, at));
}

/** The conditions as expressions, the outermost first. */
function listed(conditions: Conditions | undefined): Expression[] {
  const found: Expression[] = [];
  for (let next = conditions; next; next = next.outer)
    found.push(next.negated ? negation(next.condition) : next.condition);
  return found.reverse();
}

/** The conditions as one expression, of which those that share conditions share parts. */
function together(conditions: Conditions | undefined): Expression | undefined {
  const unknown: Conditions[] = [];
  let next = conditions;
  for (; next && !next.all; next = next.outer) unknown.push(next);
  let all = next?.all;
  for (const one of unknown.reverse()) {
    const condition = one.negated ? negation(one.condition) : one.condition;
    all = all ? binary("and", all, condition, 1, false, condition.at) : condition;
    one.all = all;
  }
  return all;
}

function negation(condition: Expression): Expression {
  return unary("not", condition, 1, false, condition.at);
}
