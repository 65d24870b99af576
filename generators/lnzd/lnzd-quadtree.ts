import {
  addressWidth,
  type Builder,
  bit,
  concat,
  connect,
  defineModule,
  fixedValue,
  input,
  mapped,
  output,
  record,
  type StreamSource,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import type { LnzdTreeParameters } from "../../sw-model/lnzdtree/spec.ts";
import { loadSpaces, spaceType } from "./load-spaces.ts";
import { positionOf, setBitType } from "./set-bits.ts";
import { branchType, treeNode } from "./tree-node.ts";
import { vectorMemory } from "./vector-memory.ts";

/** The nonzeros of a subtree, in order, with an end mark behind them. */
interface Branch {
  readonly nonzeros: StreamSource<ReturnType<typeof branchType>>;
  readonly leafBits: number;
}

/**
 * Distributed leading-nonzero detection of EIE (section IV): value i of a vector lies in row floor(i / leaves) of leaf i mod
 * leaves; a tree of registered nodes brings the nonzeros to the root in the order of i, one an edge wherever they lie, then
 * an end mark. `lnzdTreeCycles` tells the edges that it takes; a consumer that stalls adds those at which it does.
 *
 * Nothing waits, because each leaf can give a nonzero at every edge, and a node that gives one away takes the next at
 * the same edge: from the first word at the root on, every node holds a nonzero, or the end mark of its subtree.
 */
export const lnzdQuadtree = defineModule("lnzd_quadtree", (p: LnzdTreeParameters) => {
  const address = uint(addressWidth(p.depth)) as UIntType;
  const indexWidth = addressWidth(p.depth * p.leaves);
  const value = uint(p.width) as UIntType;
  return {
    summary: `Nonzeros of ${p.leaves} memories of ${p.depth} values in order, one an edge.`,
    ports: {
      /** `space` is one of `loadSpaces`. Ready while nothing is scanned. */
      load: input(
        stream(record({ space: spaceType, leaf: uint(addressWidth(p.leaves)) as UIntType, address, data: value })),
      ),
      /** With `end` there is no value: `index` and `value` are 0. */
      nonzeros: output(stream(setBitType(indexWidth, p.width))),
      busy: output(bit),
    },
    build({ load, nonzeros, busy }, m) {
      const scanning = m.reg("scanning", bit, { reset: false });
      const taken = (space: number) => load.fire.and(load.data.space.eq(space));
      const writing = m.node("writing", taken(loadSpaces.values));
      const clear = m.node("clear", taken(loadSpaces.clear));
      const start = m.node("start", taken(loadSpaces.scan));
      load.ready.set(scanning.not());
      busy.set(scanning);
      m.when(start, () => scanning.set(true)).elseWhen(nonzeros.fire.and(nonzeros.data.end), () => scanning.set(false));

      let level = Array.from({ length: p.leaves }, (_, i): Branch => {
        const { words } = m.inst(`leaf_${i}`, vectorMemory, p, {
          write: writing.and(load.data.leaf.eq(i)),
          address: load.data.address,
          data: load.data.data,
          clear,
          start,
        });
        const type = branchType({ leafBits: 0, rowBits: address.width, width: p.width });
        const nonzeros = mapped(
          words,
          type,
          ({ end, index, value: word }) =>
            ({
              end,
              row: index,
              value: select(value, end, 0, word),
            }) as never,
        );
        return { nonzeros, leafBits: 0 };
      });
      for (let depth = 0; level.length > 1; depth++) {
        const groups = Array.from({ length: Math.ceil(level.length / p.radix) }, (_, g) =>
          level.slice(g * p.radix, (g + 1) * p.radix),
        );
        level = groups.map((children, g) => joined(m, `node_${depth}_${g}`, children, p, groups.length === 1));
      }

      const [{ nonzeros: all }] = level;
      connect(
        nonzeros,
        mapped(
          all,
          nonzeros.type.data,
          ({ end, row, leaf, value: word }) =>
            ({
              end,
              index: positionOf(row, p.leaves, leaf ?? fixedValue(uint(1), 0), indexWidth),
              value: word,
            }) as never,
        ),
      );
    },
  };
});

/** A node over some of `level`; `root` tells that there is no other. A child without siblings needs only the digit 0. */
function joined(m: Builder, name: string, level: readonly Branch[], p: LnzdTreeParameters, root: boolean): Branch {
  const [{ nonzeros: first, leafBits }] = level;
  const digitBits = Math.log2(root ? 2 ** addressWidth(level.length) : p.radix);
  const row = first.type.data.fields.row.width;
  const shape = { rowBits: row, width: p.width };
  const type = branchType({ ...shape, leafBits: leafBits + digitBits });
  if (level.length === 1) {
    const digit = fixedValue(uint(digitBits), 0) as UIntSignal;
    const widened = mapped(
      first,
      type,
      (one) => ({ ...one, leaf: leafBits === 0 ? digit : concat(digit, one.leaf) }) as never,
    );
    return { nonzeros: widened, leafBits: leafBits + digitBits };
  }
  const node = m.inst(name, treeNode, { ...shape, children: level.length, leafBits, digitBits, buffers: p.buffers }, {
    valid: level.map(({ nonzeros }) => nonzeros.valid),
    data: level.map(({ nonzeros }) => nonzeros.data),
  } as never);
  level.forEach(({ nonzeros }, i) => {
    nonzeros.ready.set(node.ready[i]);
  });
  return { nonzeros: node.joined as Branch["nonzeros"], leafBits: leafBits + digitBits };
}
