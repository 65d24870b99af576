/** A circuit without hierarchy: every net has a number, and what computes it stands in an order that can be executed. */
import { HdlError } from "../errors.ts";
import type { Circuit, Expression, Inst, Item, MemRead, MemWrite, Module, Property, Reg, Wire } from "../ir.ts";
import { itemExpressions, operands } from "../ir.ts";
import type { LazyPosition } from "../position.ts";

/** A net of the whole design. */
export interface FlatNet {
  /** Instance names and the net's own, joined by dots, as in the Verilog. */
  readonly path: string;
  readonly width: number;
  readonly signed: boolean;
}

export interface FlatMemory {
  readonly path: string;
  /** The instance that it belongs to. */
  readonly instance: number;
  readonly depth: number;
  readonly width: number;
  readonly init?: readonly bigint[];
  readonly at: LazyPosition;
}

/** Power-up bits of a register, clocked read or memory, by its width and path; `word` tells the words of a memory apart. */
export type PowerUp = (width: number, path: string, word?: number) => bigint;

/** Turns the names that an expression of one instance uses into nets. */
export interface Scope {
  /** Number of the instance. */
  readonly instance: number;
  net(name: string): number;
  memory(name: string): number;
}

/** A net that follows others in the same cycle: a wire, an input of an instance, or a word read at once. */
export type FlatNode =
  | { readonly kind: "value"; readonly net: number; readonly scope: Scope; readonly value: Expression }
  | { readonly kind: "read"; readonly net: number; readonly scope: Scope; readonly read: MemRead };

/** A module in its place. A parent comes before its children; the top is number 0 and its own parent. */
export interface FlatInstance {
  readonly module: string;
  readonly parent: number;
}

export interface FlatDesign {
  readonly instances: readonly FlatInstance[];
  readonly nets: readonly FlatNet[];
  readonly memories: readonly FlatMemory[];
  /** Net numbers of the top's ports, clock included. */
  readonly ports: ReadonlyMap<string, number>;
  readonly outputs: readonly number[];
  /** Clocks of the top by name; a net that is 1 while its clock takes part in an edge. */
  readonly clocks: ReadonlyMap<string, number>;
  /** The node that computes a net; undefined for inputs and state. */
  readonly nodeOf: readonly (FlatNode | undefined)[];
  readonly registers: readonly { readonly net: number; readonly scope: Scope; readonly reg: Reg }[];
  readonly clockedReads: readonly { readonly net: number; readonly scope: Scope; readonly read: MemRead }[];
  readonly writes: readonly { readonly scope: Scope; readonly write: MemWrite }[];
  readonly properties: readonly { readonly path: string; readonly scope: Scope; readonly property: Property }[];
}

/** Numbers of a module's names, worked out once and shared by its instances. */
interface ModuleNames {
  readonly nets: ReadonlyMap<string, number>;
  readonly memories: ReadonlyMap<string, number>;
  readonly netCount: number;
}

export function flatten(circuit: Circuit): FlatDesign {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const names = new Map(circuit.modules.map((module) => [module.name, namesOf(module)]));
  const instances: FlatInstance[] = [];
  const nets: FlatNet[] = [];
  const memories: FlatMemory[] = [];
  const nodeOf: (FlatNode | undefined)[] = [];
  const registers: FlatDesign["registers"][number][] = [];
  const clockedReads: FlatDesign["clockedReads"][number][] = [];
  const writes: FlatDesign["writes"][number][] = [];
  const properties: FlatDesign["properties"][number][] = [];

  const newNet = (path: string, width: number, signed: boolean): number => {
    nodeOf.push(undefined);
    return nets.push({ path, width, signed }) - 1;
  };

  /** `given` holds the nets of ports that are nets of the parent. */
  const expand = (
    module: Module,
    prefix: string,
    parent: number,
    given: ReadonlyMap<string, number>,
  ): InstanceScope => {
    const known = names.get(module.name) as ModuleNames;
    if (module.external?.modelled === false) throw noModel(module);
    const instance = instances.push({ module: module.name, parent }) - 1;
    const scope = new InstanceScope(known, instance);
    for (const port of module.ports) {
      scope.bind(port.name, given.get(port.name) ?? newNet(prefix + port.name, port.width, port.signed));
    }
    for (const item of module.items) {
      if (item.kind === "mem") {
        const { depth, width, init, at } = item;
        const memory = { path: prefix + item.name, instance, depth, width, at, ...(init ? { init } : {}) };
        scope.bindMemory(item.name, memories.push(memory) - 1);
      } else if (item.kind === "inst") {
        for (const { net, width, signed } of item.outputs) scope.bind(net, newNet(prefix + net, width, signed));
      } else if (item.kind === "reg" || item.kind === "memRead" || (item.kind === "wire" && !item.output)) {
        const signed = item.kind !== "memRead" && item.signed;
        scope.bind(item.name, newNet(prefix + item.name, item.width, signed));
      }
    }
    for (const item of module.items) place(item, scope, prefix);
    return scope;
  };

  const place = (item: Item, scope: InstanceScope, prefix: string): void => {
    switch (item.kind) {
      case "wire":
        driveWire(item, scope);
        return;
      case "reg":
        registers.push({ net: scope.net(item.name), scope, reg: item });
        return;
      case "memRead":
        if (item.latency === 1) clockedReads.push({ net: scope.net(item.name), scope, read: item });
        else nodeOf[scope.net(item.name)] = { kind: "read", net: scope.net(item.name), scope, read: item };
        return;
      case "memWrite":
        writes.push({ scope, write: item });
        return;
      case "property":
        properties.push({ path: prefix + item.name, scope, property: item });
        return;
      case "inst":
        expandInstance(item, scope, prefix);
        return;
      case "mem":
        return;
    }
  };

  const driveWire = (wire: Wire, scope: InstanceScope) => {
    const net = scope.net(wire.name);
    nodeOf[net] = { kind: "value", net, scope, value: wire.value };
  };

  const expandInstance = (inst: Inst, scope: InstanceScope, prefix: string) => {
    const child = modules.get(inst.module) as Module;
    const given = new Map<string, number>();
    const driven: { port: string; value: Expression }[] = [];
    for (const { port, value } of inst.inputs) {
      if (value.kind === "ref") given.set(port, scope.net(value.name));
      else driven.push({ port, value });
    }
    for (const { port, net } of inst.outputs) given.set(port, scope.net(net));
    for (const { port, net } of inst.controls) given.set(port, scope.net(net));
    const inner = expand(child, `${prefix}${inst.name}.`, scope.instance, given);
    for (const { port, value } of driven) {
      const net = inner.net(port);
      nodeOf[net] = { kind: "value", net, scope, value };
    }
  };

  const top = circuit.modules.at(-1) as Module;
  const scope = expand(top, "", 0, new Map());
  const clocks = top.ports.filter((port) => port.role === "clock");
  return {
    instances,
    nets,
    memories,
    ports: new Map(top.ports.map((port) => [port.name, scope.net(port.name)])),
    outputs: top.ports.filter((port) => port.direction === "output").map((port) => scope.net(port.name)),
    clocks: new Map(clocks.map((port) => [port.name, scope.net(port.name)])),
    nodeOf,
    registers,
    clockedReads,
    writes,
    properties,
  };
}

function noModel({ name, at }: Module): HdlError {
  return new HdlError(
    {
      code: "no-model",
      message: `The black box "${name}" cannot be simulated: it has no model.`,
      expected: "a model in its defineExternal",
      hint: "Add one, or simulate the Verilog together with the foreign module's in another engine.",
    },
    at,
  );
}

class InstanceScope implements Scope {
  readonly instance: number;
  readonly #names: ModuleNames;
  readonly #nets: Int32Array;
  readonly #memories: Int32Array;

  constructor(names: ModuleNames, instance: number) {
    this.instance = instance;
    this.#names = names;
    this.#nets = new Int32Array(names.netCount);
    this.#memories = new Int32Array(names.memories.size);
  }

  bind(name: string, net: number): void {
    this.#nets[this.#names.nets.get(name) as number] = net;
  }

  bindMemory(name: string, memory: number): void {
    this.#memories[this.#names.memories.get(name) as number] = memory;
  }

  net(name: string): number {
    return this.#nets[this.#names.nets.get(name) as number];
  }

  memory(name: string): number {
    return this.#memories[this.#names.memories.get(name) as number];
  }
}

function namesOf(module: Module): ModuleNames {
  const nets = new Map<string, number>();
  const memories = new Map<string, number>();
  const add = (name: string) => nets.set(name, nets.size);
  for (const port of module.ports) add(port.name);
  for (const item of module.items) {
    if (item.kind === "mem") memories.set(item.name, memories.size);
    else if (item.kind === "inst") for (const { net } of item.outputs) add(net);
    else if (item.kind === "reg" || item.kind === "memRead" || (item.kind === "wire" && !item.output)) add(item.name);
  }
  return { nets, memories, netCount: nets.size };
}

const namesIn = new WeakMap<Expression, readonly string[]>();

/** Every name that the expression reads, as often as it does. Equal instances share expressions, so each is searched once. */
export function namesRead(e: Expression): readonly string[] {
  const known = namesIn.get(e);
  if (known) return known;
  const names: string[] = [];
  const visit = (part: Expression) => {
    if (part.kind === "ref") names.push(part.name);
    else for (const operand of operands(part)) visit(operand);
  };
  visit(e);
  namesIn.set(e, names);
  return names;
}

/** The nets that a node reads in the same cycle. */
export function netsRead(node: FlatNode): number[] {
  const { scope } = node;
  if (node.kind === "value") return namesRead(node.value).map((name) => scope.net(name));
  return itemExpressions(node.read).flatMap(({ value }) => namesRead(value).map((name) => scope.net(name)));
}

/**
 * The nodes that the given nets depend on, each after what it reads. `done` marks nodes that came earlier and grows.
 * `readsOf` gives the nets that a node reads, where they are known. Throws combinational-loop with the nets of the loop.
 */
export function scheduleNodes(
  design: FlatDesign,
  roots: Iterable<number>,
  done: Uint8Array,
  readsOf: (node: FlatNode) => readonly number[] = netsRead,
): FlatNode[] {
  const order: FlatNode[] = [];
  const [open, finished] = [1, 2];
  const stack: { net: number; reads: readonly number[]; next: number }[] = [];
  const enter = (net: number) => {
    const node = design.nodeOf[net];
    if (node === undefined || done[net] === finished) return;
    if (done[net] === open) throw loopError(design, [...stack.map((frame) => frame.net), net]);
    done[net] = open;
    stack.push({ net, reads: readsOf(node), next: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (frame.next < frame.reads.length) {
        enter(frame.reads[frame.next++]);
        continue;
      }
      done[frame.net] = finished;
      order.push(design.nodeOf[frame.net] as FlatNode);
      stack.pop();
    }
  }
  return order;
}

function loopError(design: FlatDesign, path: readonly number[]): HdlError {
  const last = path.at(-1) as number;
  const loop = path.slice(path.indexOf(last));
  const where = (net: number) => {
    const node = design.nodeOf[net] as FlatNode;
    const at = node.kind === "value" ? node.value.at : node.read.at;
    return `${design.nets[net].path} (${at})`;
  };
  return new HdlError({
    code: "combinational-loop",
    message: `A value depends on itself in the same cycle: ${loop.map(where).join(" <- ")}.`,
    hint: "Put a register on the way.",
  });
}
