/**
 * Assignments under conditions, kept as a tree while `build` runs and resolved to one expression a target at its end.
 * A later assignment wins over an earlier one, as a reader of the code expects.
 */
import { HdlError } from "./errors.ts";
import { binary, mux, unary } from "./expression.ts";
import type { Expression } from "./ir.ts";
import { here, type LazyPosition } from "./position.ts";

interface Assignment {
  readonly kind: "assignment";
  readonly value: Expression;
  readonly at: LazyPosition;
}

interface Arm {
  readonly condition: Expression;
  readonly block: Block;
}

interface Branch {
  readonly kind: "branch";
  readonly arms: Arm[];
  otherwise: Block | undefined;
  /** Where the when stands, and how many statements stood there when its last arm ended. */
  readonly home: Block;
  statements: number;
  readonly at: LazyPosition;
}

/** Statements grouped by target, so that resolving a target visits only what concerns it. */
class Block {
  readonly parent: { readonly block: Block; readonly branch: Branch } | undefined;
  readonly byTarget = new Map<string, (Assignment | Branch)[]>();
  /** Assignments and branches so far. */
  count = 0;

  constructor(parent?: { block: Block; branch: Branch }) {
    this.parent = parent;
  }

  add(target: string, statement: Assignment | Branch): void {
    const list = this.byTarget.get(target);
    if (!list) this.byTarget.set(target, [statement]);
    else if (list.at(-1) !== statement) list.push(statement);
    if (this.parent) this.parent.block.add(target, this.parent.branch);
  }
}

export class Statements {
  #block = new Block();
  /** The conditions that hold at this point of the build. */
  #conditions: Expression[] = [];

  /** True while a `when` body runs. */
  get conditional(): boolean {
    return this.#conditions.length > 0;
  }

  assign(target: string, value: Expression, at: LazyPosition): void {
    this.#block.count++;
    this.#block.add(target, { kind: "assignment", value, at });
  }

  /** Open a branch; arms are added by `arm` and `otherwise`. */
  branch(): Branch {
    const statements = ++this.#block.count;
    return { kind: "branch", arms: [], otherwise: undefined, home: this.#block, statements, at: here() };
  }

  arm(branch: Branch, condition: Expression, body: () => void): void {
    this.#follows(branch);
    const block = new Block({ block: this.#block, branch });
    const earlier = branch.arms.map((arm) => arm.condition);
    branch.arms.push({ condition, block });
    this.#run(block, [...earlier.map(negation), condition], body);
  }

  otherwise(branch: Branch, body: () => void): void {
    this.#follows(branch);
    const block = new Block({ block: this.#block, branch });
    branch.otherwise = block;
    this.#run(
      block,
      branch.arms.map((arm) => negation(arm.condition)),
      body,
    );
  }

  /** All conditions of the enclosing bodies as one expression; undefined at the top level. */
  enable(): Expression | undefined {
    if (this.#conditions.length === 0) return undefined;
    return this.#conditions.reduce((a, b) => binary("and", a, b, 1, false, b.at));
  }

  /**
   * The value of `target` at the end of the build, `initial` where no assignment is reached (a register's own value).
   * Undefined when nothing assigns it; a path without assignment of a target without `initial` is an error.
   */
  resolve(target: string, initial: Expression | undefined, at: LazyPosition): Expression | undefined {
    return resolveBlock(this.#block, target, initial, at, []);
  }

  /** An arm added later, or elsewhere, would act at a place where nobody reads it. */
  #follows(branch: Branch): void {
    const early = branch.otherwise !== undefined;
    if (!early && branch.home === this.#block && branch.statements === this.#block.count) return;
    throw new HdlError(
      {
        code: "misplaced-else",
        message: early ? "This when has an otherwise already." : "Something stands between this arm and its when.",
        expected: "elseWhen and otherwise directly after the arm above, otherwise last",
        ...(branch.at.toString() === "" ? {} : { found: `a when at ${branch.at}` }),
      },
      here(),
    );
  }

  #run(block: Block, conditions: Expression[], body: () => void): void {
    const outer = { block: this.#block, conditions: this.#conditions };
    this.#block = block;
    this.#conditions = [...outer.conditions, ...conditions];
    try {
      body();
    } finally {
      this.#block = outer.block;
      this.#conditions = outer.conditions;
    }
  }
}

function negation(condition: Expression): Expression {
  return unary("not", condition, 1, false, condition.at);
}

function resolveBlock(
  block: Block,
  target: string,
  initial: Expression | undefined,
  at: LazyPosition,
  path: readonly LazyPosition[],
): Expression | undefined {
  let current = initial;
  const statements = block.byTarget.get(target) ?? [];
  // Nothing before the last unconditional assignment can matter.
  const start = Math.max(
    0,
    statements.findLastIndex((statement) => statement.kind === "assignment"),
  );
  for (const statement of statements.slice(start)) {
    if (statement.kind === "assignment") {
      current = statement.value;
      continue;
    }
    const before = current;
    const inner = [...path, statement.at];
    const arms = statement.arms.map(({ condition, block: arm }) => ({
      condition,
      value: resolveBlock(arm, target, before, at, inner),
    }));
    const rest = statement.otherwise ? resolveBlock(statement.otherwise, target, before, at, inner) : before;
    const gap = arms.findIndex(({ value }) => value === undefined);
    if (rest === undefined || gap >= 0) {
      const where = gap >= 0 ? `arm ${gap + 1} of ${arms.length}` : statement.otherwise ? "otherwise" : "no arm taken";
      throw new HdlError(
        {
          code: "missing-else",
          message: `"${target}" is not assigned on every path through this when${path.length > 0 ? ` (inside the when of ${path.join(", ")})` : ""}.`,
          expected: "a value in each arm and in otherwise, or a default assigned before the when",
          found: `no value on the path: ${where}`,
          hint: `Write ${target}.set(…) before the when, or add .otherwise(() => ${target}.set(…)).`,
        },
        statement.at,
      );
    }
    current = arms.reduceRight<Expression>(
      (falseValue, { condition, value }) => mux(condition, value as Expression, falseValue, statement.at),
      rest,
    );
  }
  return current;
}
