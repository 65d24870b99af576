/** Cases of `m.switch`: which there must be, and in which order and under which condition each is built. */
import { HdlError } from "../errors.ts";
import { binary } from "../expression.ts";
import { refuse } from "../messages/problems.ts";
import { refuseNoObject, wrongArgument } from "../messages/wrong-argument.ts";
import type { LazyPosition } from "../position.ts";
import { encodingOf } from "../signals/enum-encoding.ts";
import { EnumSignal } from "../signals/enum-signal.ts";
import { literal } from "../signals/literal.ts";
import { operandNote } from "../signals/notes.ts";
import { type BitSignal, UIntSignal } from "../signals/signal.ts";
import { type EnumType, typeName } from "../types.ts";
import type { Statements } from "./statements.ts";

type Body = () => void;

/** The numbers of the widths of which the type checker knows them all. */
interface NumbersOf {
  1: 0 | 1;
  2: 0 | 1 | 2 | 3;
  3: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
  4: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
}

/** The numbers of `W` bits; `number` where there are too many, or the type checker does not know the width. */
type NumbersOfWidth<W> = 0 extends 1 & W ? number : W extends keyof NumbersOf ? NumbersOf[W] : number;

/** What the cases of a switch over a signal of this type can name. */
export type ValuesOf<S> = S extends EnumSignal<infer V> ? V : S extends UIntSignal<infer W> ? NumbersOfWidth<W> : never;

/** What a switch is over; where something else stands, what there is to write, for who reads the error of the type checker. */
export type Switched<S> = S extends EnumSignal | UIntSignal
  ? S
  : S extends BitSignal
    ? "a switch is over an enum or a uint: of a bit, write m.when(a, ...).otherwise(...)"
    : "a switch is over an enum or a uint: write a.asUint() for the bits of another number";

/** Cases with the names `K`. */
export type Cases<K extends PropertyKey> = { readonly [N in K]?: Body };

/**
 * What cases with the names `K` lack, in words for who reads the error: a default where some value has no case. Of computed
 * cases, and of numbers of which the type checker does not know them all, elaboration counts the cases.
 */
export type Completion<V, K> = "default" extends K
  ? unknown
  : number extends V | K
    ? unknown
    : string extends V | K
      ? unknown
      : [Exclude<V, K>] extends [never]
        ? unknown
        : { readonly default: `no case is for ${Named<Exclude<V, K>>}: write one, or default: () => ...` };

type Named<V> = V extends string | number ? V : never;

/**
 * Builds the arms. Without a default the last value of the type takes the else, so that every target has a value on
 * every path; a pattern beyond the last value of an enum acts as the last value.
 */
export function buildSwitch(
  statements: Statements,
  signal: unknown,
  cases: Readonly<Record<string, Body | undefined>>,
  at: LazyPosition,
): void {
  if (!(signal instanceof EnumSignal || signal instanceof UIntSignal))
    throw wrongArgument("switch", "a signal of an enum or a uint", signal, at);
  refuseNoObject("switch", "an object of cases", cases);
  const { default: rest, ...given } = cases;
  // A map, since every object has a "constructor" and a "toString" that nobody wrote.
  const bodies = new Map(Object.entries(given).flatMap(([label, body]) => (body ? [[label, body] as const] : [])));
  const listed = checkedCases(signal, bodies, rest !== undefined, at);
  const branch = statements.branch("switch");
  // What `const machine = m.fsm(…)` calls the machine is no name for the conditions of its cases.
  const own = at.aside();
  const full = listed.length === 2 ** signal.width;
  const last = rest ? undefined : listed.at(-1);
  for (const { label, value, body } of rest ? listed : listed.slice(0, -1)) {
    const condition = binary("eq", signal.expression, literal(signal.type, value, at), 1, false, own);
    statements.arm(branch, condition, body, label);
  }
  if (rest) statements.otherwise(branch, rest, { label: "default" });
  else if (last) {
    const lowest = literal(signal.type, last.value, at);
    const [operator, a, b] = full
      ? (["eq", signal.expression, lowest] as const)
      : (["le", lowest, signal.expression] as const);
    statements.otherwise(branch, last.body, { label: last.label, condition: binary(operator, a, b, 1, false, own) });
  }
}

interface Case {
  readonly label: string;
  readonly value: string | bigint;
  readonly body: Body;
}

/** True for the label that a number beyond 2^53 has, which may have been another one in the source. */
function mayBeRounded(label: string): boolean {
  const value = Number(label);
  return value > Number.MAX_SAFE_INTEGER && String(value) === label;
}

/** The cases in the order of their encoding. */
function checkedCases(
  signal: EnumSignal | UIntSignal,
  given: ReadonlyMap<string, Body>,
  hasDefault: boolean,
  at: LazyPosition,
): Case[] {
  const wrong = (message: string, expected: string, hint?: string) =>
    refuse(
      () =>
        new HdlError({ code: "switch-cases", message, expected, ...(hint ? { hint } : {}) }, at, [
          operandNote("signal", signal),
        ]),
      signal.expression,
    );
  const values = signal instanceof EnumSignal ? (signal.type as EnumType<string>).values : undefined;
  const whole = typeName(signal.type);
  const labels = [...given.keys()];
  const count = values ? BigInt(values.length) : 1n << BigInt(signal.width);
  const expected = values ? `cases of ${values.join(", ")}` : `whole numbers from 0 to ${count - 1n}`;
  const places = signal instanceof EnumSignal ? encodingOf(signal.type).places : undefined;
  const foreign = labels.filter((label) =>
    places ? !places.has(label) : !/^(0|[1-9]\d*)$/.test(label) || BigInt(label) >= count,
  );
  if (foreign.length > 0)
    wrong(
      `A switch over ${whole} has no case ${foreign.join(", ")}.`,
      expected,
      "Remove it, or name a value of the signal.",
    );

  const rounded = values ? undefined : labels.find(mayBeRounded);
  if (rounded !== undefined)
    wrong(
      `The case ${rounded} is beyond 2^53, where JavaScript rounds: it may not be what was written.`,
      `cases up to ${Number.MAX_SAFE_INTEGER}`,
      "Compare with a bigint: `m.when(signal.eq(9007199254740993n), …)`.",
    );

  const all = BigInt(labels.length) === count;
  if (!all && !hasDefault && foreign.length === 0) {
    const missing = values?.filter((value) => !given.has(value)).join(", ");
    wrong(
      `A switch over ${whole} ${missing ? `lacks ${missing}` : "does not cover every number"}.`,
      values ? "a case for every value, or a default" : `a default, or all ${count} cases`,
      "Write default: () => … for what no case names.",
    );
  }
  const patterns = 1n << BigInt(signal.width);
  if (all && hasDefault && count === patterns) {
    wrong(
      `The default of a switch over ${whole} is never taken.`,
      "no default where every value has a case",
      "Remove the default.",
    );
  }
  const ordered = values
    ? values.filter((value) => given.has(value)).map((label) => ({ label, value: label as string | bigint }))
    : labels
        .filter((label) => !foreign.includes(label))
        .map((label) => ({ label, value: BigInt(label) }))
        .sort((a, b) => (a.value < b.value ? -1 : 1));
  return ordered.map(({ label, value }) => ({ label, value, body: given.get(label) as Body }));
}
