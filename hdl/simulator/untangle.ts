/**
 * Nets of a flat design that depend on each other as wholes, though no bit depends on itself, cut into pieces. What reads
 * such a net elsewhere still reads it whole.
 */
import { components } from "../module/components.ts";
import { Cutter, cutNets, cutToBits, joined, type Piece, type TangledNet } from "../statements/pieces.ts";
import { type FlatDesign, type FlatNet, type FlatNode, netsRead, type Scope } from "./flatten.ts";

/** The same design with every tangled net in pieces. A bit that depends on itself leaves it tangled. */
export function untangle(design: FlatDesign): FlatDesign {
  const reads = readsIn(design);
  const tangled = components(design.nets.keys(), reads).filter(
    ([net, ...more]) => more.length > 0 || reads(net).includes(net),
  );
  return tangled.reduce((changed, nets) => {
    const group = nets.map((net) => tangledNet(changed, net));
    const cut = inPieces(changed, group, cutNets(group));
    const still = components(nets, readsIn(cut)).some(([, ...more]) => more.length > 0);
    return still ? inPieces(changed, group, cutToBits(group)) : cut;
  }, design);
}

function readsIn({ nodeOf }: FlatDesign): (net: number) => number[] {
  return (net) => (nodeOf[net] ? netsRead(nodeOf[net]) : []);
}

function tangledNet({ nets, nodeOf }: FlatDesign, net: number): TangledNet<number> {
  const node = nodeOf[net] as FlatNode;
  return {
    net,
    width: nets[net].width,
    value: node.kind === "value" ? node.value : node.read.address,
    divisible: node.kind === "value",
    named: (name) => node.scope.net(name),
  };
}

function inPieces(
  design: FlatDesign,
  group: readonly TangledNet<number>[],
  cuts: ReadonlyMap<number, readonly { low: number; width: number }[]>,
): FlatDesign {
  const nets: FlatNet[] = [...design.nets];
  const nodeOf = [...design.nodeOf];
  const pieces = new Map<number, readonly Piece[]>();
  const numbers = new Map<string, number>();
  for (const { net, divisible } of group) {
    if (!divisible) continue;
    const own = (cuts.get(net) ?? []).map(({ low, width }): Piece => {
      const number = nets.push({ path: `${nets[net].path}[${low + width - 1}:${low}]`, width, signed: false }) - 1;
      // No name of the language looks like this.
      const name = `[${number}]`;
      numbers.set(name, number);
      return { name, low, width };
    });
    pieces.set(net, own);
  }
  for (const { net, value, divisible } of group) {
    const node = nodeOf[net] as FlatNode;
    const scope = withPieces(node.scope, numbers);
    const cutter = new Cutter((name) => pieces.get(scope.net(name)));
    if (node.kind === "read" || !divisible) {
      const read = (node as Extract<FlatNode, { kind: "read" }>).read;
      nodeOf[net] = { kind: "read", net, scope, read: { ...read, address: cutter.part(value, 0, value.width) } };
      continue;
    }
    const own = pieces.get(net) as readonly Piece[];
    for (const { name, low, width } of own) {
      const piece = numbers.get(name) as number;
      nodeOf[piece] = { kind: "value", net: piece, scope, value: cutter.part(value, low, width) };
    }
    nodeOf[net] = { kind: "value", net, scope, value: joined(own, value) };
  }
  return { ...design, nets, nodeOf };
}

function withPieces(outer: Scope, pieces: ReadonlyMap<string, number>): Scope {
  return {
    instance: outer.instance,
    net: (name) => pieces.get(name) ?? outer.net(name),
    memory: (name) => outer.memory(name),
  };
}
