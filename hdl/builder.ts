/** The `m` of a `build` function: makes wires, registers, memories, instances and conditions inside one module. */
import {
  flattenValue,
  type Settable,
  type SignalOf,
  type StreamSink,
  type StreamSource,
  settable,
  signalOf,
  type ValueOf,
} from "./bundle.ts";
import { HdlError } from "./errors.ts";
import { reference } from "./expression.ts";
import { type Fsm, type FsmDescription, stateCases } from "./fsm.ts";
import {
  type Const,
  type Expression,
  type Item,
  itemExpressions,
  type Module,
  operands,
  type Port,
  type Reg,
} from "./ir.ts";
import { Memory } from "./memory.ts";
import { checkName } from "./naming.ts";
import type { Connections, InputPort, Instantiable, OutputPort, Ports, Results } from "./ports.ts";
import { here, type LazyPosition } from "./position.ts";
import { sameRange } from "./range.ts";
import { pieceName } from "./resolve.ts";
import { type AnyLiteral, type BitSignal, type EnumSignal, operandOf, type UIntSignal } from "./signal.ts";
import { Statements } from "./statements.ts";
import { buildSwitch, type CasesOf } from "./switch.ts";
import { bit, type DataType, enumOf, isSigned, type LeafType, leaves, type StreamType } from "./types.ts";

/** Names of the one clock and the one synchronous, active-high reset of a module. */
export const clockName = "clock";
export const resetName = "reset";

/** Finds or makes the module for a definition and its parameters. */
export interface ModuleSource {
  module<P, D extends Ports>(definition: Instantiable<P, D>, parameters: P, at: LazyPosition): Elaborated;
}

export interface Elaborated {
  readonly module: Module;
  readonly ports: Ports;
}

/** A net that `set` may drive. */
interface Target {
  readonly kind: "wire" | "output" | "reg";
  readonly name: string;
  readonly type: LeafType;
  readonly reset: Const | undefined;
  readonly at: LazyPosition;
  /** Where it was assigned last. */
  assignedAt: LazyPosition | undefined;
  /** Rank of the last assignment, so that the Verilog stands in the order of the source. */
  order: number;
}

export interface RegisterOptions<T> {
  /** The value that reset gives; without it the register has no reset and powers up unknown. */
  readonly reset?: ValueOf<T>;
}

export interface WhenChain {
  /** Tried when no condition above held. */
  elseWhen(condition: BitSignal, body: () => void): WhenChain;
  /** Taken when no condition held. */
  otherwise(body: () => void): void;
}

export class Builder {
  readonly #source: ModuleSource;
  readonly #statements = new Statements();
  readonly #names = new Map<string, LazyPosition>();
  readonly #targets = new Map<string, Target>();
  readonly #items: { order: number; item: Item }[] = [];
  readonly #ports: Port[] = [];
  /** References made here; any other in an expression belongs to another module. */
  readonly #own = new WeakSet<Expression>();
  #order = 0;
  #closed = false;
  #clocked = false;
  #resets = false;

  constructor(source: ModuleSource) {
    this.#source = source;
  }

  /** A wire, to be assigned with `set` on every path. */
  wire<T extends DataType>(name: string, type: T): Settable<T> {
    return this.#assignable("wire", name, type, undefined, here());
  }

  /** A name for a value: it becomes a net of that name. */
  node<T extends BitSignal | SignalOf<LeafType>>(name: string, value: T): T {
    const at = here();
    this.#declare("node", name, at);
    const { expression } = value;
    const { width, signed } = expression;
    this.#add({ kind: "wire", name, output: false, width, signed, value: expression, at });
    const net = this.#reference(name, width, signed, at);
    sameRange(net, expression);
    return new (value.constructor as new (type: unknown, e: Expression) => T)(
      ...((value.type.kind === "bit" ? [net] : [value.type, net]) as [unknown, Expression]),
    );
  }

  /** A register of a stated type; it keeps its value where it is not assigned. */
  reg<T extends DataType>(name: string, type: T, options: RegisterOptions<T> = {}): Settable<T> {
    const at = here();
    const resets = options.reset === undefined ? undefined : flattenValue(type, options.reset, at).map(constantOf);
    this.#clocked = true;
    if (resets) this.#resets = true;
    return this.#assignable("reg", name, type, resets, at);
  }

  /** A memory of `depth` words of `type`; its contents at power-up are unknown. */
  mem<T extends DataType>(name: string, depth: number, type: T): Memory<T> {
    this.#clocked = true;
    const at = here();
    this.#declare("memory", name, at);
    return new Memory(name, depth, type, at, {
      add: (item) => this.#add(item),
      declare: (net, position) => this.#declare("memory port", net, position),
      reference: (net, width, signed, position) => this.#reference(net, width, signed, position),
      named: (base, t, value) => (t.kind === "record" || t.kind === "vec" ? this.#namedParts(base, t, value) : value),
      enable: () => this.#statements.enable(),
    });
  }

  /** Both ends of a stream inside this module. */
  stream<T extends DataType>(name: string, type: StreamType<T>): { sink: StreamSink<T>; source: StreamSource<T> } {
    const at = here();
    const valid = this.#assignable("wire", `${name}_valid`, bit, undefined, at);
    const ready = this.#assignable("wire", `${name}_ready`, bit, undefined, at);
    const data = this.#assignable("wire", `${name}_data`, type.data, undefined, at);
    const fire = valid.and(ready);
    return {
      sink: { type, valid, data, ready, fire },
      source: { type, valid, data: data as SignalOf<T>, ready, fire },
    };
  }

  /** Assignments in `body` take effect where `condition` holds. */
  when(condition: BitSignal, body: () => void): WhenChain {
    const at = here();
    const branch = this.#statements.branch();
    this.#statements.arm(branch, operandOf(bit, condition, at), body);
    const chain: WhenChain = {
      elseWhen: (next, nextBody) => {
        this.#statements.arm(branch, operandOf(bit, next, here()), nextBody);
        return chain;
      },
      otherwise: (rest) => this.#statements.otherwise(branch, rest),
    };
    return chain;
  }

  /**
   * Of each case, the assignments take effect where the signal has its value. Cases are built in the order of the values.
   * An enum needs a case for every value or a default; a number, a default unless every number has a case.
   */
  switch<S extends EnumSignal | UIntSignal>(signal: S, cases: CasesOf<S>): void {
    buildSwitch(this.#statements, signal, cases as Record<string, () => void>, here());
  }

  /** A state machine: a register `name` that resets to `initial`, and what happens in each state. */
  fsm<const S extends string>(name: string, { initial, states }: FsmDescription<S>): Fsm<S> {
    const state = this.reg(name, enumOf(...(Object.keys(states) as S[])), { reset: initial as never });
    buildSwitch(
      this.#statements,
      state,
      stateCases<S>((next) => state.set(next), states),
      here(),
    );
    return { state, is: (value) => state.eq(value) };
  }

  /**
   * An instance. Every input must be connected; the outputs are returned. Its nets are named `<name>_<port>`.
   */
  inst<P, D extends Ports>(
    name: string,
    definition: Instantiable<P, D>,
    parameters: P,
    connections: Connections<D>,
  ): Results<D> {
    const at = here();
    this.#declare("instance", name, at);
    const child = this.#source.module(definition, parameters, at);
    const order = this.#order++;
    const inputs: { port: string; value: Expression }[] = [];
    const outputs: { port: string; net: string; width: number; signed: boolean }[] = [];
    const given = connections as Record<string, unknown>;
    const drive = (port: string, value: Expression) => inputs.push({ port, value });
    const net = (port: string, type: LeafType): Expression => {
      const signed = isSigned(type);
      this.#declare("instance output", `${name}_${port}`, at);
      outputs.push({ port, net: `${name}_${port}`, width: type.width, signed });
      return this.#reference(`${name}_${port}`, type.width, signed, at);
    };
    this.#checkConnections(definition.name, child.ports, given, at);

    const results: Record<string, unknown> = {};
    for (const [port, { direction, type }] of Object.entries(child.ports) as [string, InputPort | OutputPort][]) {
      if (direction === "input" && type.kind === "stream") {
        const source = given[port] as StreamSource<DataType>;
        drive(`${port}_valid`, source.valid.expression);
        const data = flattenValue(type.data, source.data as ValueOf<DataType>, at);
        leaves(`${port}_data`, type.data).forEach((leaf, i) => {
          drive(leaf.name, data[i]);
        });
        source.ready.set(signalOf("", bit, () => net(`${port}_ready`, bit)));
      } else if (direction === "input") {
        const values = flattenValue(type as DataType, given[port] as ValueOf<DataType>, at);
        leaves(port, type as DataType).forEach((leaf, i) => {
          drive(leaf.name, values[i]);
        });
      } else if (type.kind === "stream") {
        const ready = this.#assignable("wire", `${name}_${port}_ready`, bit, undefined, at);
        drive(`${port}_ready`, ready.expression);
        const valid = signalOf("", bit, () => net(`${port}_valid`, bit));
        const data = signalOf(`${port}_data`, type.data, net);
        results[port] = { type, valid, data, ready, fire: valid.and(ready) } satisfies StreamSource<DataType>;
      } else {
        results[port] = signalOf(port, type as DataType, net);
      }
    }
    const clocked = child.module.ports.some((port) => port.role === "clock");
    const reset = child.module.ports.some((port) => port.role === "reset");
    this.#clocked ||= clocked;
    this.#resets ||= reset;
    this.#items.push({
      order,
      item: {
        kind: "inst",
        name,
        module: child.module.name,
        inputs,
        outputs,
        ...(clocked ? { clock: clockName } : {}),
        ...(reset ? { reset: resetName } : {}),
        at,
      },
    });
    return results as Results<D>;
  }

  /** Makes the ports; for elaboration only. */
  declarePorts(ports: Ports): Record<string, unknown> {
    const inside: Record<string, unknown> = {};
    for (const [name, { direction, type, at }] of Object.entries(ports) as [string, InputPort | OutputPort][]) {
      if (type.kind !== "stream") {
        inside[name] = direction === "input" ? this.#inputNets(name, type, at) : this.#outputNets(name, type, at);
        continue;
      }
      const consumes = direction === "input";
      const make = <T extends DataType>(n: string, t: T, reads: boolean) =>
        reads ? this.#inputNets(n, t, at) : this.#outputNets(n, t, at);
      const valid = make(`${name}_valid`, bit, consumes);
      const ready = make(`${name}_ready`, bit, !consumes);
      const data = make(`${name}_data`, type.data, consumes);
      inside[name] = { type, valid, ready, data, fire: valid.and(ready) };
    }
    return inside;
  }

  /** Resolves all assignments; for elaboration only. */
  finish(name: string, summary: string, at: LazyPosition): Module {
    this.#closed = true;
    for (const target of this.#targets.values()) {
      const { width } = target.type;
      const signed = isSigned(target.type);
      const initial = target.kind === "reg" ? this.#reference(target.name, width, signed, target.at) : undefined;
      const { value, unassigned } = this.#statements.resolve({ name: target.name, width, signed }, initial, target.at);
      // Some bits of a register may rest at what reset gives them.
      const resting = target.reset !== undefined && unassigned.every((bits) => bits !== undefined);
      if (value === undefined || (unassigned.length > 0 && !resting)) {
        const parts = unassigned.map((bits) => pieceName({ target: target.name, ...(bits && { bits }) }));
        throw new HdlError(
          {
            code: "undriven",
            message: `Nothing assigns ${parts.join(", ")} in module "${name}".`,
            expected: `a call of ${target.name}.set(…), or of ready.set(…) for the ready of a stream`,
          },
          target.at,
        );
      }
      const common = { name: target.name, width, signed, at: target.at };
      const item: Item =
        target.kind === "reg"
          ? {
              kind: "reg",
              ...common,
              next: value,
              clock: clockName,
              ...(target.reset === undefined ? {} : { reset: resetTo(target.reset) }),
            }
          : { kind: "wire", ...common, at: target.assignedAt ?? target.at, output: target.kind === "output", value };
      this.#items.push({ order: target.order, item });
    }
    const seen = new Set<Expression>();
    for (const { item } of this.#items) this.#refuseForeign(item, seen);
    this.#refuseIdleMemories();
    const control = (port: string, role: "clock" | "reset"): Port[] => [
      { name: port, direction: "input", role, width: 1, signed: false, at },
    ];
    return {
      name,
      summary,
      ports: [
        ...(this.#clocked ? control(clockName, "clock") : []),
        ...(this.#resets ? control(resetName, "reset") : []),
        ...this.#ports,
      ],
      items: this.#items.sort((a, b) => a.order - b.order).map(({ item }) => item),
      at,
    };
  }

  #inputNets<T extends DataType>(name: string, type: T, at: LazyPosition): SignalOf<T> & BitSignal {
    return signalOf(name, type, (leaf, leafType) => {
      const signed = isSigned(leafType);
      this.#declare("port", leaf, at);
      this.#ports.push({ name: leaf, direction: "input", role: "data", width: leafType.width, signed, at });
      return this.#reference(leaf, leafType.width, signed, at);
    }) as SignalOf<T> & BitSignal;
  }

  #outputNets<T extends DataType>(name: string, type: T, at: LazyPosition): Settable<T> & BitSignal {
    for (const leaf of leaves(name, type)) {
      const signed = isSigned(leaf.type);
      this.#ports.push({ name: leaf.name, direction: "output", role: "data", width: leaf.type.width, signed, at });
    }
    return this.#assignable("output", name, type, undefined, at) as Settable<T> & BitSignal;
  }

  #assignable<T extends DataType>(
    kind: Target["kind"],
    name: string,
    type: T,
    resets: readonly Const[] | undefined,
    at: LazyPosition,
  ): Settable<T> {
    leaves(name, type).forEach((leaf, i) => {
      this.#declare(kind === "reg" ? "register" : kind, leaf.name, at);
      this.#targets.set(leaf.name, {
        kind,
        name: leaf.name,
        type: leaf.type,
        reset: resets?.[i],
        at,
        assignedAt: undefined,
        order: this.#order++,
      });
    });
    const value = signalOf(name, type, (leaf, t) => this.#reference(leaf, t.width, isSigned(t), at));
    return settable(name, type, value, (leaf, expression, position, part) => {
      if (this.#closed) {
        throw new HdlError(
          { code: "build-out-of-scope", message: `"${leaf}" was assigned after its build had ended.` },
          position,
        );
      }
      const target = this.#targets.get(leaf) as Target;
      target.order = this.#order++;
      target.assignedAt = position;
      this.#statements.assign(leaf, expression, position, part);
    });
  }

  /** A net for every leaf of a bundle. */
  #namedParts<T extends DataType>(name: string, type: T, value: SignalOf<T>): SignalOf<T> {
    const at = here();
    const expressions = flattenValue(type, value as unknown as ValueOf<T>, at);
    let i = 0;
    return signalOf(name, type, (leaf, t) => {
      this.#declare("node", leaf, at);
      this.#add({
        kind: "wire",
        name: leaf,
        output: false,
        width: t.width,
        signed: isSigned(t),
        value: expressions[i++],
        at,
      });
      return this.#reference(leaf, t.width, isSigned(t), at);
    });
  }

  #reference(name: string, width: number, signed: boolean, at: LazyPosition): Expression {
    const made = reference(name, width, signed, at);
    this.#own.add(made);
    return made;
  }

  #refuseForeign(item: Item, seen: Set<Expression>): void {
    const pending = itemExpressions(item).map(({ value }) => value);
    for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      pending.push(...operands(e));
      if (e.kind !== "ref" || this.#own.has(e)) continue;
      throw new HdlError(
        {
          code: "foreign-signal",
          message: `Signal "${e.name}" belongs to another module than the one that uses it.`,
          ...(e.at.toString() === "" ? {} : { found: `it was made at ${e.at}` }),
          hint: "Pass it through a port.",
        },
        item.at,
      );
    }
  }

  /** A memory without both kinds of port holds nothing that anybody sees. */
  #refuseIdleMemories(): void {
    for (const { item } of this.#items) {
      if (item.kind !== "mem") continue;
      for (const [kind, verb] of [
        ["memWrite", "written"],
        ["memRead", "read"],
      ] as const) {
        if (this.#items.some(({ item: other }) => other.kind === kind && other.memory === item.name)) continue;
        throw new HdlError(
          {
            code: "memory-shape",
            message: `Memory "${item.name}" is never ${verb}.`,
            expected: "a write and a read port",
          },
          item.at,
        );
      }
    }
  }

  #refuseWhenClosed(name: string, at: LazyPosition): void {
    if (!this.#closed) return;
    throw new HdlError({ code: "build-out-of-scope", message: `"${name}" was made after its build had ended.` }, at);
  }

  #add(item: Item): void {
    if (item.kind === "memWrite") this.#refuseWhenClosed(`a write port of ${item.memory}`, item.at);
    this.#items.push({ order: this.#order++, item });
  }

  #declare(kind: string, name: string, at: LazyPosition): void {
    this.#refuseWhenClosed(name, at);
    checkName(kind, name, at);
    const earlier = this.#names.get(name);
    if (earlier || name === clockName || name === resetName) {
      throw new HdlError(
        {
          code: "duplicate-name",
          message: `The name "${name}" is used twice in one module.`,
          ...(earlier ? { found: `also at ${earlier}` } : { found: "the name of the module's clock or reset" }),
          hint: "Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>.",
        },
        at,
      );
    }
    this.#names.set(name, at);
  }

  #checkConnections(module: string, ports: Ports, given: Record<string, unknown>, at: LazyPosition): void {
    const inputs = Object.keys(ports).filter((port) => ports[port].direction === "input");
    const unknown = Object.keys(given).filter((port) => !inputs.includes(port));
    if (unknown.length > 0) {
      throw new HdlError(
        {
          code: "unknown-port",
          message: `"${module}" has no input ${unknown.map((port) => `"${port}"`).join(", ")}.`,
          expected: `one of ${inputs.join(", ")}`,
        },
        at,
      );
    }
    const missing = inputs.filter((port) => given[port] === undefined);
    if (missing.length > 0) {
      throw new HdlError(
        {
          code: "missing-connection",
          message: `The instance of "${module}" leaves ${missing.map((port) => `"${port}"`).join(", ")} unconnected.`,
          expected: "a value for every input",
        },
        at,
      );
    }
  }
}

function resetTo({ value, symbol }: Const): NonNullable<Reg["reset"]> {
  return { signal: resetName, value, ...(symbol ? { symbol } : {}) };
}

function constantOf(expression: Expression): Const {
  if (expression.kind === "const") return expression;
  throw new HdlError(
    { code: "literal-out-of-range", message: "A reset value must be a literal.", found: "a signal" },
    expression.at,
  );
}

/** A literal as a signal of the given type, for places that need a signal. */
export function fixedValue<T extends LeafType>(type: T, value: AnyLiteral): SignalOf<T> {
  const expression = operandOf(type, value, here());
  return signalOf("", type, () => expression);
}
