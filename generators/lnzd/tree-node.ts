import {
  type BitSignal,
  bit,
  buffered,
  concat,
  connect,
  defineModule,
  fixedValue,
  input,
  output,
  record,
  registered,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
  vec,
} from "../../hdl/index.ts";

/** Widths of what goes up the tree. */
export interface BranchParameters {
  /** Bits of the number of a leaf within the subtree; 0 where it has one leaf. */
  readonly leafBits: number;
  readonly rowBits: number;
  readonly width: number;
}

/**
 * A nonzero on its way to the root: its row in the leaf, and which leaf it is of the subtree that it has come through. With
 * `end` there are no more, and all else is 0.
 */
export function branchType({ leafBits, rowBits, width }: BranchParameters) {
  const leaf = { leaf: uint(leafBits || 1) as UIntType };
  return record({
    end: bit,
    row: uint(rowBits) as UIntType,
    ...(leafBits === 0 ? ({} as typeof leaf) : leaf),
    value: uint(width) as UIntType,
  });
}

export interface TreeNodeParameters extends BranchParameters {
  /** Subtrees that meet here, 2 or more. */
  readonly children: number;
  /** Bits of the number of a child. */
  readonly digitBits: number;
  readonly buffers: "forward" | "skid";
}

/** What is in the running: who it came from is told by `wins`, one bit a child. */
interface Candidate {
  readonly end: BitSignal;
  readonly row: UIntSignal;
  readonly leaf: UIntSignal;
  readonly value: UIntSignal;
  readonly wins: readonly BitSignal[];
}

/**
 * A node of the distributed leading-nonzero tree (EIE, section IV). It passes on the least row among its children, of equal rows
 * that of the first child; but only when every child shows its next nonzero or its end mark, since one that shows nothing may
 * still bring a smaller row. End marks go on as one, when all have come.
 */
export const treeNode = defineModule("lnzd_tree_node", (p: TreeNodeParameters) => {
  const child = branchType(p);
  const parent = branchType({ ...p, leafBits: p.leafBits + p.digitBits });
  return {
    summary: `Joins the nonzeros of ${p.children} subtrees in order, one an edge.`,
    ports: {
      valid: input(vec(p.children, bit)),
      data: input(vec(p.children, child)),
      /** The readies of the children: the one that is passed on, or all at the end. */
      ready: output(vec(p.children, bit)),
      joined: output(stream(parent)),
    },
    build({ valid, data, ready, joined }, m) {
      let round = data.map((one, i): Candidate => {
        const digit = fixedValue(uint(p.digitBits), i) as UIntSignal;
        const leaf = p.leafBits === 0 ? digit : concat(digit, one.leaf);
        return { end: one.end, row: one.row, leaf, value: one.value, wins: [fixedValue(bit, true)] };
      });
      for (let level = 0; round.length > 1; level++) {
        const pairs = Array.from({ length: Math.ceil(round.length / 2) }, (_, i) => round.slice(2 * i, 2 * i + 2));
        round = pairs.map(([a, b], i): Candidate => {
          if (!b) return a;
          const key = ({ end, row }: Candidate) => concat(end, row);
          const first = m.node(`first_${level}_${i}`, key(a).le(key(b)));
          const name = (part: string) => `${part}_${level}_${i}`;
          return {
            end: m.node(name("end"), a.end.and(b.end)),
            row: m.node(name("row"), select(uint(p.rowBits), first, a.row, b.row)),
            leaf: m.node(name("leaf"), select(uint(a.leaf.width), first, a.leaf, b.leaf)),
            value: m.node(name("value"), select(uint(p.width), first, a.value, b.value)),
            wins: [...a.wins.map((won) => won.and(first)), ...b.wins.map((won) => won.and(first.not()))],
          };
        });
      }
      const [{ end, row, leaf, value, wins }] = round;

      const { sink, source } = m.stream("least", stream(parent));
      sink.valid.set(valid.reduce((all, one) => all.and(one)));
      sink.data.set({ end, row, leaf, value });
      const moves = m.node("moves", sink.fire);
      ready.forEach((one, i) => {
        one.set(moves.and(wins[i].or(end)));
      });
      connect(joined, p.buffers === "skid" ? buffered(m, "buffer", source) : registered(m, "buffer", source));
    },
  };
});
