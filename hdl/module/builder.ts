/** The `m` of a `build` function: makes wires, registers, memories, instances and conditions inside one module. */

import { HdlError } from "../errors.ts";
import { binary, constant } from "../expression.ts";
import type { Const, Expression, Item, MemoryStyle, Module, Port, Property, StreamNets } from "../ir.ts";
import { checkedChoice, checkOptions } from "../messages/options.ts";
import { attempt, inherits, inheritsType, problemCount, refuse } from "../messages/problems.ts";
import { refuseNoObject, wrongArgument } from "../messages/wrong-argument.ts";
import { declaredAs } from "../names/enum-names.ts";
import { checkName } from "../names/naming.ts";
import { sameRange } from "../numbers/range.ts";
import {
  asynchronous,
  type Connections,
  type ExternalSource,
  type InputPort,
  type Instantiable,
  type OutputPort,
  type Ports,
  type Results,
} from "../ports.ts";
import { here, type LazyPosition } from "../position.ts";
import {
  flattenValue,
  type Settable,
  type SignalOf,
  type StreamSink,
  type StreamSource,
  settable,
  signalOf,
  type ValueOf,
} from "../signals/bundle.ts";
import type { EnumSignal } from "../signals/enum-signal.ts";
import { refuseNoSignal, refuseNoStream } from "../signals/given.ts";
import type { AnyLiteral } from "../signals/literal.ts";
import { expressionNote } from "../signals/notes.ts";
import { BitSignal, operandOf, type UIntSignal } from "../signals/signal.ts";
import { conditionOf } from "../statements/condition.ts";
import { checkedFsm, type Fsm, type FsmDescription, refuseStillFsm, stateCases } from "../statements/fsm.ts";
import type { Bits } from "../statements/resolve.ts";
import { buildSwitch, type CasesOf } from "../statements/switch.ts";
import {
  bit,
  type DataType,
  enumOf,
  isSigned,
  type LeafType,
  leaves,
  refuseNoType,
  type StreamType,
  typeName,
} from "../types.ts";
import { checkConnections, refuseUnknownPins } from "./connections.ts";
import { Contents, type Target } from "./contents.ts";
import { clockOf, controlName, resetOf } from "./controls.ts";
import { checkExternal } from "./external-checks.ts";
import { Memory, type MemoryOptions, memoryStyles } from "./memory.ts";
import { formatOf, resolveTargets } from "./resolve-targets.ts";
import { unknownResults } from "./unknown-results.ts";
import { expressionsIn, type InputValue, referencesIn } from "./unused-inputs.ts";

/** Finds or makes the module for a definition and its parameters. */
export interface ModuleSource {
  module<P, D extends Ports>(
    definition: Instantiable<P, D>,
    parameters: P,
    at: LazyPosition,
    /** The name of the instance; absent for the top. */
    instance?: string,
  ): Elaborated;
}

export interface Elaborated {
  readonly module: Module;
  readonly ports: Ports;
}

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

/** How the domains of an instance's ports are called in the module around it. */
export interface InstanceOptions {
  /** By the child's name of a domain; absent ones keep their name. The child's default domain becomes the builder's. */
  readonly domains?: Readonly<Record<string, string>>;
}

/** A memory that nothing writes. */
type Rom<T extends DataType> = Omit<Memory<T>, "write" | "readWrite">;

/** What may follow a `when`. */
export interface WhenChain {
  /** Tried when no condition above held. */
  elseWhen(condition: BitSignal, body: () => void): WhenChain;
  /** Taken when no condition held. */
  otherwise(body: () => void): void;
}

/** What the build that runs now describes; the builds of its instances run inside it. */
let building: Contents | undefined;

/** The inside of a module: makes wires, registers, memories, instances and conditions. */
export class Builder {
  readonly #source: ModuleSource;
  readonly #contents: Contents;
  readonly #domain: string;

  constructor(source: ModuleSource, contents = new Contents(), domain = "") {
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
    return this.#assignable("wire", name, type, undefined, here());
  }

  /** A name for a value: it becomes a net of that name. */
  node<T extends BitSignal | SignalOf<LeafType>>(name: string, value: T): T {
    const at = here();
    refuseNoSignal("node", value, at);
    this.#declare("node", name, at);
    const { expression } = value;
    const { width, signed } = expression;
    this.#add({ kind: "wire", name, output: false, width, signed, value: expression, at, ...formatOf(value.type) });
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
    return this.#assignable("reg", name, type, resets, at, { crossing: options.crossing });
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
    this.#declare("memory", name, at);
    return new Memory(name, depth, type, options, at, {
      readOnly,
      add: (item) => this.#add(item),
      declare: (net, position) => this.#declare("memory port", net, position),
      reference: (net, width, signed, position) => this.#contents.reference(net, width, signed, position),
      named: (base, t, value) => (t.kind === "record" || t.kind === "vec" ? this.#namedParts(base, t, value) : value),
      enable: () => this.#contents.statements.enable(),
      clock: (edges, domain = this.#domain) => {
        if (domain !== "") this.#contents.noteDomain(domain, here());
        if (edges) this.#contents.clocked.add(domain);
        return clockOf(domain);
      },
    });
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
  assert(name: string, condition: BitSignal): void {
    this.#property("assert", name, condition);
  }

  /** What the surroundings promise: proofs rely on it, simulation checks it like an assertion. */
  assume(name: string, condition: BitSignal): void {
    this.#property("assume", name, condition);
  }

  /** The condition ought to hold at some edge: counted in simulation, reached by proofs. */
  cover(name: string, condition: BitSignal): void {
    this.#property("cover", name, condition);
  }

  #property(property: Property["property"], name: string, condition: BitSignal): void {
    const at = here();
    this.#declare("property", name, at);
    this.#contents.clocked.add(this.#domain);
    const enable = this.#contents.statements.enable();
    this.#add({
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
    const end = <D extends DataType>(side: "sink" | "source", part: string, t: D) =>
      this.#assignable("wire", `${name}_${part}`, t, undefined, at, { path: `${name}.${side}.${part}` });
    const valid = end("sink", "valid", bit);
    const ready = end("source", "ready", bit);
    const data = end("sink", "data", type.data);
    this.#streamNets(name, "inside", type, this.#domain, at);
    const fire = fireOf(valid, ready, at);
    return {
      sink: { type, valid, data, ready, fire },
      source: { type, valid, data: data as SignalOf<T>, ready, fire },
    };
  }

  /** Assignments in `body` take effect where `condition` holds. */
  when(condition: BitSignal, body: () => void): WhenChain {
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
  switch<S extends EnumSignal | UIntSignal>(signal: S, cases: CasesOf<S>): void {
    buildSwitch(this.#contents.statements, signal, cases as Record<string, () => void>, here());
  }

  /** A state machine: a register `name` that resets to `initial`, and what happens in each state. */
  fsm<const S extends string>(name: string, description: FsmDescription<S>): Fsm<S> {
    const at = here();
    const { initial, states } = checkedFsm(description, at);
    const names = Object.keys(states) as S[];
    const state = this.reg(name, declaredAs(enumOf(...names), name), { reset: initial as never });
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
    this.#declare("instance", name, at);
    if (typeof definition?.describe !== "function") throw wrongArgument("inst", "a module", definition, at);
    refuseNoObject("inst", "an object of connections", connections);
    checkOptions("inst", "an object of options", options, { domains: true }, at);
    // A module that has no ports leaves the rest of this one to be looked at.
    const child = attempt(
      () => this.#source.module(definition, parameters, at, name),
      () => undefined,
    );
    if (!child) return unknownResults(at) as Results<D>;
    const order = this.#contents.order++;
    const inputs: { port: string; value: Expression }[] = [];
    const outputs: { port: string; net: string; width: number; signed: boolean }[] = [];
    const given = connections as Record<string, unknown>;
    const drive = (port: string, value: Expression) => inputs.push({ port, value });
    const net = (port: string, type: LeafType): Expression => {
      const signed = isSigned(type);
      this.#declare("instance output", `${name}_${port}`, at);
      outputs.push({ port, net: `${name}_${port}`, width: type.width, signed });
      return this.#contents.reference(`${name}_${port}`, type.width, signed, at);
    };
    checkConnections(definition.name, child.ports, given, at);

    const results: Record<string, unknown> = {};
    for (const [port, { direction, type, at: portAt }] of Object.entries(child.ports) as [
      string,
      InputPort | OutputPort,
    ][]) {
      if (direction === "input" && given[port] === undefined) continue;
      const target = { name: `${name}.${port}`, at: portAt };
      if (direction === "input" && type.kind === "stream") {
        const source = given[port] as StreamSource<DataType>;
        refuseNoStream(`Port "${port}"`, source, at);
        drive(`${port}_valid`, source.valid.expression);
        const data = flattenValue(type.data, source.data as ValueOf<DataType>, at, target);
        leaves(`${port}_data`, type.data).forEach((leaf, i) => {
          drive(leaf.name, data[i]);
        });
        source.ready.set(signalOf("", bit, () => net(`${port}_ready`, bit)));
      } else if (direction === "input") {
        const values = flattenValue(type as DataType, given[port] as ValueOf<DataType>, at, target);
        leaves(port, type as DataType).forEach((leaf, i) => {
          drive(leaf.name, values[i]);
        });
      } else if (type.kind === "stream") {
        const path = `${name}.${port}.ready`;
        const ready = this.#assignable("wire", `${name}_${port}_ready`, bit, undefined, at, { path });
        drive(`${port}_ready`, ready.expression);
        const valid = signalOf("", bit, () => net(`${port}_valid`, bit));
        const data = signalOf(`${port}_data`, type.data, net);
        results[port] = { type, valid, data, ready, fire: fireOf(valid, ready, at) } satisfies StreamSource<DataType>;
      } else {
        results[port] = signalOf(port, type as DataType, net);
      }
    }
    const parentOf = (domain: string) => (domain === "" ? this.#domain : (options.domains?.[domain] ?? domain));
    for (const domain of Object.values(options.domains ?? {})) if (domain !== "") this.#contents.noteDomain(domain, at);
    const controls: { port: string; net: string }[] = [];
    const domains = new Set<string>();
    for (const port of child.module.ports) {
      const domain = port.domain ?? "";
      domains.add(domain);
      if (port.role === "data") continue;
      const clock = port.role === "clock";
      (clock ? this.#contents.clocked : this.#contents.resets).add(parentOf(domain));
      controls.push({ port: port.name, net: (clock ? clockOf : resetOf)(parentOf(domain)) });
    }
    this.#contents.items.push({
      order,
      item: {
        kind: "inst",
        name,
        module: child.module.name,
        inputs,
        outputs,
        controls,
        domains: [...domains].map((domain) => ({ child: domain, parent: parentOf(domain) })),
        at,
      },
    });
    return results as Results<D>;
  }

  /** Runs a build; for elaboration only. @internal */
  run<T>(build: () => T): T {
    const outer = building;
    building = this.#contents;
    try {
      return build();
    } finally {
      building = outer;
    }
  }

  /** Makes the ports; for elaboration only. @internal */
  declarePorts(ports: Ports): Record<string, unknown> {
    const inside: Record<string, unknown> = {};
    for (const [name, { direction, type, domain, at }] of Object.entries(ports) as [string, InputPort | OutputPort][]) {
      if (domain !== "" && domain !== asynchronous) this.#contents.noteDomain(domain, at);
      const make = <T extends DataType>(n: string, t: T, reads: boolean, path = n) =>
        reads ? this.#inputNets(n, t, domain, at) : this.#outputNets(n, t, domain, at, path);
      const consumes = direction === "input";
      if (consumes) {
        const parts = type.kind === "stream" ? leaves(`${name}_data`, type.data) : leaves(name, type);
        const valid = type.kind === "stream" ? [`${name}_valid`] : [];
        this.#contents.inputs.push({ name, nets: [...valid, ...parts.map((leaf) => leaf.name)], at });
      }
      if (type.kind !== "stream") {
        inside[name] = make(name, type, consumes);
        continue;
      }
      this.#streamNets(name, direction, type, domain, at);
      const valid = make(`${name}_valid`, bit, consumes, `${name}.valid`);
      const ready = make(`${name}_ready`, bit, !consumes, `${name}.ready`);
      const data = make(`${name}_data`, type.data, consumes, `${name}.data`);
      inside[name] = { type, valid, ready, data, fire: fireOf(valid, ready, at) };
    }
    return inside;
  }

  #streamNets(
    name: string,
    direction: StreamNets["direction"],
    { data }: StreamType,
    domain: string,
    at: LazyPosition,
  ): void {
    this.#contents.streams.push({
      name,
      direction,
      valid: `${name}_valid`,
      ready: `${name}_ready`,
      data: leaves(`${name}_data`, data).map((leaf) => leaf.name),
      ...(domain === "" ? {} : { domain }),
      at,
    });
  }

  /**
   * Resolves all assignments; for elaboration only. A build that had problems (not `sound`) is not checked any further. @internal
   */
  finish(name: string, summary: string, at: LazyPosition, sound: boolean, external?: ExternalSource): Module {
    this.#contents.closed = true;
    if (external?.controls.includes("clock")) this.#contents.clocked.add("");
    if (external?.controls.includes("reset")) this.#contents.resets.add("");
    if (external && !external.modelled) this.#contents.targets.clear();
    if (sound) resolveTargets(this.#contents, name, external !== undefined);
    const control = (port: string, role: "clock" | "reset", domain: string): Port => ({
      ...{ name: port, direction: "input", role, width: 1, signed: false, at },
      ...(domain === "" ? {} : { domain }),
    });
    const { clocked, resets, ports, streams } = this.#contents;
    const resetOfClock = new Map([...resets].map((domain) => [clockOf(domain), resetOf(domain)]));
    const guarded = (item: Item): Item => {
      const reset = item.kind === "property" ? resetOfClock.get(item.clock) : undefined;
      return reset === undefined ? item : ({ ...item, reset } as Item);
    };
    const controls = [...clocked]
      .sort()
      .flatMap((domain) => [
        control(clockOf(domain), "clock", domain),
        ...(resets.has(domain) ? [control(resetOf(domain), "reset", domain)] : []),
      ]);
    if (external) {
      refuseUnknownPins(name, external, [...controls, ...ports], at);
      checkExternal(name, external, [...controls, ...ports], at);
    }
    return {
      name,
      summary,
      ports: [...controls, ...ports],
      streams,
      arms: this.#contents.statements.arms,
      ...(external ? { external } : {}),
      items: this.#contents.items.sort((a, b) => a.order - b.order).map(({ item }) => guarded(item)),
      at,
    };
  }

  #inputNets<T extends DataType>(name: string, type: T, domain: string, at: LazyPosition): SignalOf<T> & BitSignal {
    return signalOf(name, type, (leaf, leafType) => {
      const signed = isSigned(leafType);
      this.#declare("port", leaf, at);
      this.#port(leaf, "input", leafType.width, signed, domain, at);
      const net = this.#contents.reference(leaf, leafType.width, signed, at);
      inheritsType(net, leafType);
      return net;
    }) as SignalOf<T> & BitSignal;
  }

  #outputNets<T extends DataType>(
    name: string,
    type: T,
    domain: string,
    at: LazyPosition,
    path: string,
  ): Settable<T> & BitSignal {
    for (const leaf of leaves(name, type)) {
      this.#port(leaf.name, "output", leaf.type.width, isSigned(leaf.type), domain, at);
    }
    return this.#assignable("output", name, type, undefined, at, { path }) as Settable<T> & BitSignal;
  }

  #port(
    name: string,
    direction: Port["direction"],
    width: number,
    signed: boolean,
    domain: string,
    at: LazyPosition,
  ): void {
    const named = domain === "" ? {} : { domain };
    this.#contents.ports.push({ name, direction, role: "data", width, signed, ...named, at });
  }

  #assignable<T extends DataType>(
    kind: Target["kind"],
    name: string,
    type: T,
    resets: readonly Const[] | undefined,
    at: LazyPosition,
    { crossing = false, path = name }: { readonly crossing?: boolean | undefined; readonly path?: string } = {},
  ): Settable<T> {
    leaves(name, type).forEach((leaf, i) => {
      this.#declare(kind === "reg" ? "register" : kind, leaf.name, at);
      this.#contents.targets.set(leaf.name, {
        kind,
        name: leaf.name,
        path: path + leaf.path,
        type: leaf.type,
        reset: resets?.[i],
        domain: this.#domain,
        crossing,
        at,
        assignedAt: undefined,
        order: this.#contents.order++,
      });
    });
    const value = signalOf(name, type, (leaf, t) => {
      const net = this.#contents.reference(leaf, t.width, isSigned(t), at);
      inheritsType(net, t);
      return net;
    });
    const assign = (leaf: string, expression: Expression, position: LazyPosition, part?: Bits) => {
      if (this.#contents.closed) {
        throw new HdlError(
          { code: "build-out-of-scope", message: `"${leaf}" was assigned after its build had ended.` },
          position,
        );
      }
      const target = this.#contents.targets.get(leaf) as Target;
      if (building !== undefined && building !== this.#contents) {
        const message = `"${leaf}" belongs to another module than the one that assigns it.`;
        const made = [{ role: "signal", what: `"${leaf}"`, at: target.at }];
        refuse(
          () =>
            new HdlError({ code: "foreign-signal", message, hint: "Pass the value out by a port." }, position, made),
        );
        return;
      }
      target.order = this.#contents.order++;
      target.assignedAt = position;
      this.#contents.statements.assign(leaf, expression, position, part);
    };
    return settable(name, type, value, assign, at);
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
        ...formatOf(t),
      });
      return this.#contents.reference(leaf, t.width, isSigned(t), at);
    });
  }

  #refuseWhenClosed(name: string, at: LazyPosition): void {
    if (building !== undefined && building !== this.#contents && !this.#contents.closed) {
      const message = `"${name}" was made with the builder of another module than the one that is being built.`;
      const hint = "Each build makes what it needs with its own `m`.";
      throw new HdlError({ code: "build-out-of-scope", message, hint }, at);
    }
    if (!this.#contents.closed) return;
    throw new HdlError({ code: "build-out-of-scope", message: `"${name}" was made after its build had ended.` }, at);
  }

  #add(item: Item): void {
    if (item.kind === "memWrite") this.#refuseWhenClosed(`a write port of ${item.memory}`, item.at);
    if (item.kind === "memWrite" || item.kind === "property") this.#contents.statements.note(item.at);
    this.#contents.items.push({ order: this.#contents.order++, item });
  }

  #declare(kind: string, name: string, at: LazyPosition): void {
    this.#refuseWhenClosed(name, at);
    checkName(kind, name, at);
    const [, , control] = controlName.exec(name) ?? [];
    if (control) {
      const message = `"${name}" cannot name ${/^[aio]/.test(kind) ? "an" : "a"} ${kind}.`;
      const expected = `a name that is not ${control} and does not end in _${control}`;
      const hint = "Such names are left to the clocks and resets, which modules and domains bring by themselves.";
      refuse(() => new HdlError({ code: "illegal-name", message, expected, hint }, at));
      return;
    }
    const earlier = this.#contents.names.get(name);
    if (earlier) {
      const message = `The name "${name}" is used twice in one module.`;
      const hint = "Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>.";
      const involved = [{ role: "earlier", what: `"${name}"`, at: earlier }];
      refuse(() => new HdlError({ code: "duplicate-name", message, hint }, at, involved));
      return;
    }
    this.#contents.names.set(name, at);
  }
}

function constantOf(expression: Expression, at: LazyPosition): Const {
  if (expression.kind === "const") return expression;
  const hint = "Write a literal; what a signal gives is for `set`.";
  const details = { code: "literal-out-of-range", message: "A reset value must be a literal.", hint } as const;
  refuse(() => new HdlError(details, at, [expressionNote("value", expression)]), expression);
  return constant(0n, expression.width, expression.signed, at);
}

/** A literal as a signal of the given type, for places that need a signal. */
export function fixedValue<T extends LeafType>(type: T, value: AnyLiteral): SignalOf<T> {
  refuseNoType(type);
  if (!("width" in type))
    throw wrongArgument("fixedValue", "a type of one net; of a bundle, make its parts", typeName(type));
  const expression = operandOf(type, value, here());
  return signalOf("", type, () => expression);
}

/** High in the cycles in which a word moves. */
function fireOf(valid: BitSignal, ready: BitSignal, at: LazyPosition): BitSignal {
  return new BitSignal(binary("and", valid.expression, ready.expression, 1, false, at.aside()));
}
