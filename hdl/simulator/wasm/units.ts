/** What a compiled design does in a cycle, in units of code. */
import type { Expression } from "../../ir.ts";
import { type FlatDesign, type FlatNode, namesRead, netsRead, type Scope } from "../flatten.ts";

/**
 * Compute a net, or the next states of registers of one instance, or take a word, or write one, or look at a property.
 * `reads` are the nets that it reads, one for each time that it names one, `sets` those whose state it sets;
 * `instance` is where its expressions stand.
 */
export type Unit = {
  readonly instance: number;
  readonly reads: readonly number[];
  readonly sets: readonly number[];
} & (
  | { readonly kind: "node"; readonly node: FlatNode }
  | { readonly kind: "registers"; readonly indices: readonly number[] }
  | { readonly kind: "clockedRead"; readonly index: number }
  | { readonly kind: "write"; readonly index: number; readonly after: readonly number[] }
  | { readonly kind: "property"; readonly index: number }
);

export type NodeUnit = Extract<Unit, { kind: "node" }>;

const none: readonly number[] = [];

/** Gives the unit of each node of a design, made once. */
export function nodeUnits(): (node: FlatNode) => NodeUnit {
  const made: NodeUnit[] = [];
  return (node) => {
    made[node.net] ??= { kind: "node", node, instance: node.scope.instance, reads: netsRead(node), sets: none };
    return made[node.net];
  };
}

/** How many units of code it stands for. */
export function unitSize(unit: Unit): number {
  return unit.kind === "registers" ? unit.indices.length : 1;
}

/** More registers than this are not set together. */
const mostTogether = 64;

/**
 * Everything that an edge does but to compute nets, instance by instance. Writes come after all reads of their memory:
 * clocked reads stand before them, and `after` holds the nets of the others.
 */
export function edgeUnits(design: FlatDesign): Unit[] {
  const { registers, clockedReads, writes, properties, nodeOf, memories } = design;
  const ofInstance = design.instances.map((): { reads: Unit[]; rest: Unit[]; registers: number[] } => ({
    reads: [],
    rest: [],
    registers: [],
  }));
  clockedReads.forEach(({ net, scope, read }, index) => {
    const { instance } = scope;
    ofInstance[instance].reads.push({
      kind: "clockedRead",
      index,
      instance,
      reads: reads(scope, read.address, read.enable),
      sets: [net],
    });
  });
  properties.forEach(({ scope, property }, index) => {
    const { instance } = scope;
    const { condition, enable, reset } = property;
    const nets = reads(scope, condition, enable);
    if (reset !== undefined) nets.push(scope.net(reset));
    ofInstance[instance].reads.push({ kind: "property", index, instance, reads: nets, sets: none });
  });
  const readAtOnce = memories.map((): number[] => []);
  nodeOf.forEach((node) => {
    if (node?.kind === "read") readAtOnce[node.scope.memory(node.read.memory)].push(node.net);
  });
  writes.forEach(({ scope, write }, index) => {
    const { instance } = scope;
    const nets = reads(scope, write.address, write.data, write.enable, write.mask);
    const after = readAtOnce[scope.memory(write.memory)];
    ofInstance[instance].rest.push({ kind: "write", index, instance, reads: nets, sets: none, after });
  });
  registers.forEach(({ scope }, index) => {
    ofInstance[scope.instance].registers.push(index);
  });
  ofInstance.forEach((own, instance) => {
    for (let i = 0; i < own.registers.length; i += mostTogether) {
      const indices = own.registers.slice(i, i + mostTogether);
      const nets = indices.flatMap((index) => registerReads(design, index));
      const sets = indices.map((index) => registers[index].net);
      own.rest.push({ kind: "registers", indices, instance, reads: nets, sets });
    }
  });
  return ofInstance.flatMap((own) => [...own.reads, ...own.rest]);
}

/** The nets that the next state of a register follows from. */
export function registerReads({ registers }: FlatDesign, index: number): number[] {
  const { scope, reg } = registers[index];
  const nets = reads(scope, reg.next);
  if (reg.reset) nets.push(scope.net(reg.reset.signal));
  return nets;
}

function reads(scope: Scope, ...expressions: (Expression | undefined)[]): number[] {
  const found: number[] = [];
  for (const e of expressions) {
    const names = e ? namesRead(e) : [];
    for (let i = 0; i < names.length; i++) found.push(scope.net(names[i]));
  }
  return found;
}
