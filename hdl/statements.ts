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
  /** How an error calls it. */
  readonly label: string | undefined;
}

interface Branch {
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
    const earlier = branch.word === "switch" ? [] : branch.arms.map((arm) => arm.condition);
    branch.arms.push({ condition, block, label });
    this.#run(block, [...earlier.map(negation), condition], body);
  }

  /** `condition` is the negation of all arms where it can be said more simply. */
  otherwise(branch: Branch, body: () => void, options: { label?: string; condition?: Expression } = {}): void {
    this.#follows(branch);
    const block = new Block({ block: this.#block, branch });
    branch.otherwise = block;
    branch.otherwiseLabel = options.label ?? branch.otherwiseLabel;
    branch.otherwiseCondition = options.condition;
    const conditions = options.condition ? [options.condition] : branch.arms.map((arm) => negation(arm.condition));
    this.#run(block, conditions, body);
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
      throw gapError(target, statement, gap, path);
    }
    const given = arms as readonly Choice[];
    const choice = statement.word === "switch" ? fewest(given, statement, rest, before) : { choices: given, rest };
    current = choice.choices.reduceRight(
      (falseValue, { condition, value }) => mux(condition, value, falseValue, statement.at),
      choice.rest,
    );
  }
  return current;
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

/** `gap` is the arm without a value, or -1 when it is what follows the arms. */
function gapError(target: string, branch: Branch, gap: number, path: readonly LazyPosition[]): HdlError {
  const { word } = branch;
  const rest = branch.otherwise ? branch.otherwiseLabel : "no arm taken";
  const inside = path.length > 0 ? ` (inside the when of ${path.join(", ")})` : "";
  const message = `"${target}" is not assigned on every path through this ${word}${inside}.`;
  const details =
    word === "when"
      ? {
          expected: "a value in each arm and in otherwise, or a default assigned before the when",
          found: `no value on the path: ${gap >= 0 ? `arm ${gap + 1} of ${branch.arms.length}` : rest}`,
          hint: `Write ${target}.set(…) before the when, or add .otherwise(() => ${target}.set(…)).`,
        }
      : {
          expected: "a value in each case, or a default assigned before the switch",
          found: `no value in case ${gap >= 0 ? branch.arms[gap].label : rest}`,
          hint: `Write ${target}.set(…) in that case, or before the switch.`,
        };
  return new HdlError({ code: "missing-else", message, ...details }, branch.at);
}
