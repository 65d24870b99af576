/** Wires that only name another net: ports of instances handed on, mostly. They need no code and no memory. */
import type { FlatDesign, FlatNode, Scope } from "../flatten.ts";

/** The design with every use of such a wire replaced; `sameAs` is the net that carries each net's value. */
export function withoutRenames(design: FlatDesign): { readonly design: FlatDesign; readonly sameAs: Int32Array } {
  const sameAs = findSame(design);
  const scopes = new Map<Scope, Scope>();
  const scopeOf = (scope: Scope): Scope => {
    const known = scopes.get(scope);
    if (known) return known;
    const made = following(scope, sameAs);
    scopes.set(scope, made);
    return made;
  };
  const followed = <T extends { readonly scope: Scope }>(thing: T): T => ({ ...thing, scope: scopeOf(thing.scope) });
  const nodeOf = design.nodeOf.map((node, net): FlatNode | undefined => {
    if (!node || sameAs[net] !== net) return undefined;
    const scope = scopeOf(node.scope);
    return node.kind === "value"
      ? { kind: "value", net, scope, value: node.value }
      : { kind: "read", net, scope, read: node.read };
  });
  return {
    sameAs,
    design: {
      ...design,
      ports: new Map([...design.ports].map(([name, net]) => [name, sameAs[net]])),
      outputs: design.outputs.map((net) => sameAs[net]),
      nodeOf,
      registers: design.registers.map(followed),
      clockedReads: design.clockedReads.map(followed),
      writes: design.writes.map(followed),
      properties: design.properties.map(followed),
    },
  };
}

function following(scope: Scope, sameAs: Int32Array): Scope {
  return {
    instance: scope.instance,
    net: (name) => sameAs[scope.net(name)],
    memory: (name) => scope.memory(name),
  };
}

/** Wires that name each other in a circle stay what they are, for the scheduler to report. */
function findSame({ nets, nodeOf }: FlatDesign): Int32Array {
  const named = (net: number): number | undefined => {
    const node = nodeOf[net];
    if (node?.kind !== "value" || node.value.kind !== "ref") return undefined;
    const other = node.scope.net(node.value.name);
    return nets[other].width === nets[net].width && nets[other].signed === nets[net].signed ? other : undefined;
  };
  const [unknown, open] = [-1, -2];
  const sameAs = new Int32Array(nets.length).fill(unknown);
  const path: number[] = [];
  for (let start = 0; start < nets.length; start++) {
    let [net, length] = [start, 0];
    while (sameAs[net] === unknown) {
      sameAs[net] = open;
      path[length++] = net;
      net = named(net) ?? net;
    }
    const circular = sameAs[net] === open && named(net) !== undefined;
    const end = sameAs[net] === open ? net : sameAs[net];
    for (let i = 0; i < length; i++) sameAs[path[i]] = circular ? path[i] : end;
  }
  return sameAs;
}
