/** State machines: a register of an enumeration, and a switch over it. */

import { HdlError } from "../errors.ts";
import { checkOptions } from "../messages/options.ts";
import { refuse } from "../messages/problems.ts";
import { refuseNoObject, wrongArgument } from "../messages/wrong-argument.ts";
import { here, type LazyPosition } from "../position.ts";
import type { Settable } from "../signals/bundle.ts";
import type { BitSignal } from "../signals/signal.ts";
import type { EnumType } from "../types.ts";

/** Moves to another state at the next edge. */
export type Go<S extends string> = (next: S) => void;

/** The states of a machine. */
export interface FsmDescription<S extends string> {
  /** The state that reset gives. */
  readonly initial: NoInfer<S>;
  /** What happens in each state: assignments take effect, and `go` moves, while the machine is in it. */
  readonly states: { readonly [K in S]: (go: Go<NoInfer<S>>) => void };
}

/** A machine in a module. */
export interface Fsm<S extends string> {
  /** The state register. */
  readonly state: Settable<EnumType<S>>;
  /** True in a cycle in which the machine is in the state. */
  is(state: S): BitSignal;
}

/** The description, in which nothing is missing. */
export function checkedFsm<S extends string>(description: FsmDescription<S>, at: LazyPosition): FsmDescription<S> {
  checkOptions("fsm", "an object of initial and states", description, { initial: true, states: true }, at);
  const { initial, states } = description;
  refuseNoObject("fsm", "an object of initial and states", states);
  if (initial !== undefined) return description;
  const expected = `initial: one of ${Object.keys(states)
    .map((state) => `"${state}"`)
    .join(", ")}`;
  throw wrongArgument("fsm", expected, initial, at, "Say in which state reset leaves the machine.");
}

/** Refuses a machine of several states that never leaves the first. */
export function refuseStillFsm(name: string, states: readonly string[], at: LazyPosition): void {
  const message = `The machine "${name}" never moves: no state calls go.`;
  const expected = `a call such as go("${states[1]}") in the body of a state`;
  const hint = 'Each body gets go: `idle: (go) => m.when(start, () => go("run"))`.';
  refuse(() => new HdlError({ code: "undriven", message, expected, hint }, at));
}

/** Cases of the switch over the states; `go` moves, and only inside the body that it was given to. */
export function stateCases<S extends string>(
  move: (next: S) => void,
  states: FsmDescription<S>["states"],
): Record<S, () => void> {
  const cases = Object.entries(states) as [S, (go: Go<S>) => void][];
  return Object.fromEntries(
    cases.map(([name, body]) => [
      name,
      () => {
        let inside = true;
        const done: unknown = body((next) => {
          if (inside) return move(next);
          const at = here();
          const message = `go("${next}") was called outside the body of state "${name}".`;
          const hint = "Call it while the body runs; a `m.when` inside makes the move conditional.";
          const expected = "calls inside that body only";
          refuse(() => new HdlError({ code: "build-out-of-scope", message, expected, hint }, at));
        });
        inside = false;
        return done;
      },
    ]),
  ) as Record<S, () => void>;
}
