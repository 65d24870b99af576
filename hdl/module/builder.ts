/** The `m` of a `build` function: makes wires, registers, memories, instances and conditions inside one module. */

import { HdlError } from "../errors.ts";
import { constant } from "../expression.ts";
import type { Const, Expression, MemoryStyle, Property } from "../ir.ts";
import { checkedChoice, checkOptions } from "../messages/options.ts";
import { attempt, inherits, problemCount, refuse } from "../messages/problems.ts";
import { refuseNoObject, wrongArgument } from "../messages/wrong-argument.ts";
import { declaredAs } from "../names/enum-names.ts";
import { sameRange } from "../numbers/range.ts";
import type { Connections, Instantiable, Ports, Results } from "../ports.ts";
import { here, type LazyPosition } from "../position.ts";
import {
  flattenValue,
  type Settable,
  type SignalOf,
  type StreamSink,
  type StreamSource,
  type ValueOf,
} from "../signals/bundle.ts";
import { refuseNoSignal } from "../signals/given.ts";
import { expressionNote } from "../signals/notes.ts";
import type { BitSignal } from "../signals/signal.ts";
import { type Condition, conditionOf } from "../statements/condition.ts";
import { checkedFsm, type Fsm, type FsmDescription, refuseStillFsm, stateCases } from "../statements/fsm.ts";
import { buildSwitch, type Cases, type Completion, type Switched, type ValuesOf } from "../statements/switch.ts";
import { type DataType, enumOf, type LeafType, type StreamType } from "../types.ts";
import { assignable } from "./assignable.ts";
import type { Contents } from "./contents.ts";
import { clockOf } from "./controls.ts";
import { add, declare } from "./declare.ts";
import { type InstanceOptions, instance } from "./instance.ts";
import { Memory, type MemoryOptions, memoryStyles } from "./memory.ts";
import { memorySurroundings } from "./memory-surroundings.ts";
import type { ModuleSource } from "./module-source.ts";
import { formatOf } from "./resolve-targets.ts";
import { innerStream } from "./stream-nets.ts";
import { unknownResults } from "./unknown-results.ts";
import { expressionsIn, type InputValue, referencesIn } from "./unused-inputs.ts";

/** What a register is set to in reset, and whether it takes values of another clock. */
export interface RegisterOptions<T> {
  /** The value that reset gives; without it the register has no reset and powers up unknown. */
  readonly reset?: ValueOf<T>;
  /**
   * The first flip-flop of a synchroniser: it may take a value of another clock domain, and nothing but a second
   * flip-flop should read it. Library parts for crossings use it; see `synchronize` and `asyncFifo`.
   */
  readonly crossing?: boolean;
}

/** A memory that nothing writes. */
type Rom<T extends DataType> = Omit<Memory<T>, "write" | "readWrite">;

/** What may follow a `when`. */
export interface WhenChain {
  /** Tried when no condition above held. */
  elseWhen<C>(condition: Condition<C>, body: () => void): WhenChain;
  /** Taken when no condition held. */
  otherwise(body: () => void): void;
}

/** The inside of a module: makes wires, registers, memories, instances and conditions. */
export class Builder {
  readonly #source: ModuleSource;
  readonly #contents: Contents;
  readonly #domain: string;

  constructor(source: ModuleSource, contents: Contents, domain = "") {
    this.#source = source;
    this.#contents = contents;
    this.#domain = domain;
  }

  /**
   * A builder of the same module for another clock domain: what is made with it is clocked by `<name>_clock` and reset by
   * `<name>_reset`. Values of two domains do not mix; they cross by library parts.
   */
  domain(name: string): Builder {
    const at = here();
    this.#contents.noteDomain(name, at);
    return new Builder(this.#source, this.#contents, name);
  }

  /** A wire, to be assigned with `set` on every path. */
  wire<T extends DataType>(name: string, type: T): Settable<T> {
    return assignable(this.#contents, "wire", name, type, here());
  }

  /** A name for a value: it becomes a net of that name. */
  node<T extends BitSignal | SignalOf<LeafType>>(name: string, value: T): T {
    const at = here();
    refuseNoSignal("node", value, at);
    declare(this.#contents, "node", name, at);
    const { expression } = value;
    const { width, signed } = expression;
    add(this.#contents, {
      kind: "wire",
      name,
      output: false,
      width,
      signed,
      value: expression,
      at,
      ...formatOf(value.type),
    });
    const net = this.#contents.reference(name, width, signed, at);
    sameRange(net, expression);
    inherits(net, expression);
    return new (value.constructor as new (type: unknown, e: Expression) => T)(
      ...((value.type.kind === "bit" ? [net] : [value.type, net]) as [unknown, Expression]),
    );
  }

  /** A register of a stated type; it keeps its value where it is not assigned. */
  reg<T extends DataType>(name: string, type: T, options: RegisterOptions<T> = {}): Settable<T> {
    const at = here();
    checkOptions("reg", "an object of options", options, { reset: true, crossing: true }, at);
    const resets =
      options.reset === undefined
        ? undefined
        : flattenValue(type, options.reset, at, { name, at }).map((e) => constantOf(e, at));
    this.#contents.clocked.add(this.#domain);
    if (resets) this.#contents.resets.add(this.#domain);
    const { crossing } = options;
    return assignable(this.#contents, "reg", name, type, at, { resets, domain: this.#domain, crossing });
  }

  /** A memory of `depth` words of `type`; without `init` its contents at power-up are unknown. */
  mem<T extends DataType>(name: string, depth: number, type: T, options: MemoryOptions<T> = {}): Memory<T> {
    const at = here();
    checkOptions("mem", "an object of options", options, { init: true, style: true }, at);
    const style = options.style && checkedChoice("The style of a memory", options.style, memoryStyles, at);
    return this.#memory(name, depth, type, { ...options, ...(style && { style }) }, false, at);
  }

  #memory<T extends DataType>(
    name: string,
    depth: number,
    type: T,
    options: MemoryOptions<T>,
    readOnly: boolean,
    at: LazyPosition,
  ): Memory<T> {
    declare(this.#contents, "memory", name, at);
    return new Memory(name, depth, type, options, at, memorySurroundings(this.#contents, this.#domain, readOnly));
  }

  /** A read-only memory of the given words, literals of `type`. */
  rom<T extends DataType>(name: string, type: T, words: Iterable<ValueOf<T>>, style?: MemoryStyle): Rom<T> {
    const at = here();
    if (typeof words?.[Symbol.iterator] !== "function") throw wrongArgument("rom", "an array of words", words);
    const init = [...words];
    const options = style ? { style: checkedChoice("The style of a memory", style, memoryStyles, at) } : {};
    return this.#memory(name, init.length, type, { init, ...options }, true, at);
  }

  /** The condition must hold at every edge, outside reset and inside the enclosing `when` bodies. */
  assert<C>(name: string, condition: Condition<C>): void {
    this.#property("assert", name, condition);
  }

  /** What the surroundings promise: proofs rely on it, simulation checks it like an assertion. */
  assume<C>(name: string, condition: Condition<C>): void {
    this.#property("assume", name, condition);
  }

  /** The condition ought to hold at some edge: counted in simulation, reached by proofs. */
  cover<C>(name: string, condition: Condition<C>): void {
    this.#property("cover", name, condition);
  }

  #property(property: Property["property"], name: string, condition: unknown): void {
    const at = here();
    declare(this.#contents, "property", name, at);
    this.#contents.clocked.add(this.#domain);
    const enable = this.#contents.statements.enable();
    add(this.#contents, {
      kind: "property",
      property,
      name,
      condition: conditionOf(property, condition, at),
      ...(enable ? { enable } : {}),
      clock: clockOf(this.#domain),
      at,
    });
  }

  /** Says that nothing needs to read these input ports: signals, bundles or streams. Other unread inputs are an error. */
  unused(...ports: readonly InputValue[]): void {
    const at = here();
    for (const port of ports) {
      const empty = typeof port === "object" && port !== null && Object.keys(port).length === 0;
      if (!empty && expressionsIn(port).length === 0)
        throw wrongArgument("unused", "signals, bundles and streams", port, at);
    }
    for (const e of referencesIn(expressionsIn(ports))) if (this.#contents.own.has(e)) this.#contents.read.add(e.name);
  }

  /** Both ends of a stream inside this module. */
  stream<T extends DataType>(name: string, type: StreamType<T>): { sink: StreamSink<T>; source: StreamSource<T> } {
    const at = here();
    if (type?.kind !== "stream") throw wrongArgument("stream", "a stream type", type, at);
    return innerStream(this.#contents, name, type, this.#domain, at);
  }

  /** Assignments in `body` take effect where `condition` holds. */
  when<C>(condition: Condition<C>, body: () => void): WhenChain {
    const at = here();
    const branch = this.#contents.statements.branch();
    this.#contents.statements.arm(branch, conditionOf("when", condition, at), body);
    const chain: WhenChain = {
      elseWhen: (next, nextBody) => {
        this.#contents.statements.arm(branch, conditionOf("elseWhen", next, here()), nextBody);
        return chain;
      },
      otherwise: (rest) => this.#contents.statements.otherwise(branch, rest),
    };
    return chain;
  }

  /**
   * Of each case, the assignments take effect where the signal has its value. Cases are built in the order of the values.
   * An enum needs a case for every value or a default; a number, a default unless every number has a case. Where a spread adds
   * cases, `const cases: Record<number, () => void> = { 0: first, ...others }` leaves the count to elaboration.
   */
  switch<S, K extends ValuesOf<S> | "default">(
    signal: Switched<S>,
    cases: Cases<K> & Completion<ValuesOf<S>, K>,
  ): void {
    buildSwitch(this.#contents.statements, signal, cases as Record<string, () => void>, here());
  }

  /** A state machine: a register `name` that resets to `initial`, and what happens in each state. */
  fsm<const S extends string>(name: string, description: FsmDescription<S>): Fsm<S> {
    const at = here();
    const { initial, states } = checkedFsm(description, at);
    const names = Object.keys(states) as S[];
    const state = this.reg(name, declaredAs(enumOf(...names), { name, at }), { reset: initial as never });
    let moves = false;
    const move = (next: S) => {
      moves = true;
      state.set(next);
    };
    const before = problemCount();
    buildSwitch(this.#contents.statements, state, stateCases<S>(move, states), at);
    if (!moves) {
      if (names.length > 1 && problemCount() === before) refuseStillFsm(name, names, at);
      // One state has nowhere to go.
      state.set(state as never);
    }
    return { state, is: (value) => state.eq(value) };
  }

  /**
   * An instance. Every input must be connected; the outputs are returned. Its nets are named `<name>_<port>`.
   */
  inst<P, D extends Ports>(
    name: string,
    definition: Instantiable<P, D>,
    parameters: NoInfer<P>,
    connections: Connections<D>,
    options: InstanceOptions = {},
  ): Results<D> {
    const at = here();
    declare(this.#contents, "instance", name, at);
    if (typeof definition?.describe !== "function") throw wrongArgument("inst", "a module", definition, at);
    refuseNoObject("inst", "an object of connections", connections);
    checkOptions("inst", "an object of options", options, { domains: true }, at);
    // A module that has no ports leaves the rest of this one to be looked at.
    const child = attempt(
      () => this.#source.module(definition, parameters, at, name),
      () => undefined,
    );
    if (!child) return unknownResults(at) as Results<D>;
    const place = { contents: this.#contents, name, domain: this.#domain, at };
    const given = connections as Record<string, unknown>;
    return instance(place, definition.name, child, given, options) as Results<D>;
  }
}

function constantOf(expression: Expression, at: LazyPosition): Const {
  if (expression.kind === "const") return expression;
  const hint = "Write a literal; what a signal gives is for `set`.";
  const details = { code: "literal-out-of-range", message: "A reset value must be a literal.", hint } as const;
  refuse(() => new HdlError(details, at, [expressionNote("value", expression)]), expression);
  return constant(0n, expression.width, expression.signed, at);
}
