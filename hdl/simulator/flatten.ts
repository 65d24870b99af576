/** A circuit without hierarchy: every net has a number, and what computes it stands in an order that can be executed. */
import { HdlError } from "../errors.ts";
import type {
  Circuit,
  Expression,
  Inst,
  Item,
  Mem,
  MemRead,
  MemWrite,
  Module,
  Port,
  Property,
  Reg,
  Wire,
} from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { itemValues, operands } from "../walk.ts";

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

type Declared = Pick<Port, "name" | "width" | "signed">;

/** A module's names, its ports first, and their numbers; worked out once and shared by its instances. */
interface ModuleNames {
  readonly declared: readonly Declared[];
  readonly nets: ReadonlyMap<string, number>;
  readonly memories: ReadonlyMap<string, number>;
  readonly memoryItems: readonly Mem[];
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

  /** A module in its place, its names not bound yet. */
  const enter = (module: Module, parent: number): InstanceScope => {
    if (module.external?.modelled === false) throw noModel(module);
    const instance = instances.push({ module: module.name, parent }) - 1;
    return new InstanceScope(names.get(module.name) as ModuleNames, instance);
  };

  /** Makes the nets of all names that are not bound to nets of the parent, and all that is in the module. */
  const expand = (module: Module, scope: InstanceScope, prefix: string): void => {
    scope.bindRest(({ name, width, signed }) => newNet(prefix + name, width, signed));
    for (const item of scope.memories) {
      const { depth, width, init, at } = item;
      const memory = {
        path: prefix + item.name,
        instance: scope.instance,
        depth,
        width,
        at,
        ...(init ? { init } : {}),
      };
      scope.bindMemory(item.name, memories.push(memory) - 1);
    }
    for (let i = 0; i < module.items.length; i++) place(module.items[i], scope, prefix);
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
    const inner = enter(child, scope.instance);
    inst.inputs.forEach(({ port, value }) => {
      if (value.kind === "ref") inner.bind(port, scope.net(value.name));
    });
    inst.outputs.forEach(({ port, net }) => void inner.bind(port, scope.net(net)));
    inst.controls.forEach(({ port, net }) => void inner.bind(port, scope.net(net)));
    expand(child, inner, `${prefix}${inst.name}.`);
    inst.inputs.forEach(({ port, value }) => {
      if (value.kind === "ref") return;
      const net = inner.net(port);
      nodeOf[net] = { kind: "value", net, scope, value };
    });
  };

  const top = circuit.modules.at(-1) as Module;
  const scope = enter(top, 0);
  expand(top, scope, "");
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

const unbound = -1;

class InstanceScope implements Scope {
  readonly instance: number;
  readonly #names: ModuleNames;
  readonly #nets: Int32Array;
  readonly #memories: Int32Array;

  constructor(names: ModuleNames, instance: number) {
    this.instance = instance;
    this.#names = names;
    this.#nets = new Int32Array(names.declared.length).fill(unbound);
    this.#memories = new Int32Array(names.memories.size);
  }

  bind(name: string, net: number): void {
    this.#nets[this.#names.nets.get(name) as number] = net;
  }

  bindRest(make: (declared: Declared) => number): void {
    const { declared } = this.#names;
    for (let i = 0; i < declared.length; i++) if (this.#nets[i] === unbound) this.#nets[i] = make(declared[i]);
  }

  get memories(): readonly Mem[] {
    return this.#names.memoryItems;
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

function namesOf({ ports, items }: Module): ModuleNames {
  const declared: Declared[] = [...ports];
  const memories = new Map<string, number>();
  for (const item of items) {
    if (item.kind === "mem") memories.set(item.name, memories.size);
    else if (item.kind === "memRead") declared.push({ name: item.name, width: item.width, signed: false });
    else if (item.kind === "inst")
      for (const { net, width, signed } of item.outputs) declared.push({ name: net, width, signed });
    else if (item.kind === "reg" || (item.kind === "wire" && !item.output)) declared.push(item);
  }
  const memoryItems = items.filter((item) => item.kind === "mem");
  return { declared, nets: new Map(declared.map(({ name }, i) => [name, i])), memories, memoryItems };
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
  return itemValues(node.read).flatMap((value) => namesRead(value).map((name) => scope.net(name)));
}

/**
 * Gives the nodes that nets depend on, each after what it reads, but for those that it gave before. `done` marks nodes that came
 * earlier and grows; `readsOf` gives the nets that a node reads. Throws combinational-loop with the nets of the loop.
 */
export function nodeScheduler(
  design: FlatDesign,
  done: Uint8Array,
  readsOf: (node: FlatNode) => readonly number[],
): (roots: readonly number[]) => FlatNode[] {
  const { nodeOf } = design;
  const [open, finished] = [1, 2];
  /** The nets on the way, what each reads, and which of that comes next; `depth` of them count. */
  const [path, reads, next]: [number[], (readonly number[])[], number[]] = [[], [], []];
  let depth = 0;
  const enter = (net: number) => {
    const node = nodeOf[net];
    if (node === undefined || done[net] === finished) return;
    if (done[net] === open) throw loopError(design, [...path.slice(0, depth), net]);
    done[net] = open;
    path[depth] = net;
    reads[depth] = readsOf(node);
    next[depth] = 0;
    depth++;
  };
  return (roots) => {
    const order: FlatNode[] = [];
    for (let root = 0; root < roots.length; root++) {
      enter(roots[root]);
      while (depth > 0) {
        const top = depth - 1;
        if (next[top] < reads[top].length) {
          enter(reads[top][next[top]++]);
          continue;
        }
        depth = top;
        done[path[top]] = finished;
        order.push(nodeOf[path[top]] as FlatNode);
      }
    }
    return order;
  };
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
