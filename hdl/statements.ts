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
  readonly at: LazyPosition;
}

/** Statements grouped by target, so that resolving a target visits only what concerns it. */
class Block {
  readonly parent: { readonly block: Block; readonly branch: Branch } | undefined;
  readonly byTarget = new Map<string, (Assignment | Branch)[]>();

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
    this.#block.add(target, { kind: "assignment", value, at });
  }

  /** Open a branch; arms are added by `arm` and `otherwise`. */
  branch(): Branch {
    return { kind: "branch", arms: [], otherwise: undefined, at: here() };
  }

  arm(branch: Branch, condition: Expression, body: () => void): void {
    const block = new Block({ block: this.#block, branch });
    const earlier = branch.arms.map((arm) => arm.condition);
    branch.arms.push({ condition, block });
    this.#run(block, [...earlier.map(negation), condition], body);
  }

  otherwise(branch: Branch, body: () => void): void {
    if (branch.otherwise) {
      throw new HdlError({ code: "missing-else", message: "This when has an otherwise already." }, here());
    }
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
  for (const statement of block.byTarget.get(target) ?? []) {
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
    if (rest === undefined || arms.some(({ value }) => value === undefined)) {
      // A later unconditional assignment would override this branch, so the verdict waits for the end of the block.
      const last = block.byTarget.get(target)?.findLast((s) => s.kind === "assignment");
      if (
        last &&
        (block.byTarget.get(target) ?? []).indexOf(last) > (block.byTarget.get(target) ?? []).indexOf(statement)
      )
        continue;
      throw new HdlError(
        {
          code: "missing-else",
          message: `"${target}" is not assigned on every path through this when${path.length > 0 ? ` (inside the when of ${path.join(", ")})` : ""}.`,
          expected: "a value in each arm and in otherwise, or a default assigned before the when",
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
