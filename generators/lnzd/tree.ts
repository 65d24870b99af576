import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  select,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";

/**
 * One node of a leading-nonzero tree (EIE section IV, the LNZD node with up to four children): the payload of the lowest
 * valid child. `which` and `chosen` mean something only when `any` is high.
 */
export const lnzdNode = defineModule("lnzd_node", ({ children, width }: { children: number; width: number }) => {
  const position = uint(children > 2 ? 2 : 1);
  return {
    summary: `Leading-nonzero node: the lowest valid of ${children} children.`,
    ports: {
      valid: input(vec(children, bit)),
      payload: input(vec(children, uint(width))),
      any: output(bit),
      which: output(position),
      chosen: output(uint(width)),
    },
    build({ valid, payload, any, which, chosen }) {
      let index = fixedValue(position, children - 1);
      let value = payload[children - 1];
      for (let k = children - 2; k >= 0; k--) {
        index = select(position, valid[k], k, index);
        value = select(uint(width), valid[k], payload[k], value);
      }
      any.set(concat(...valid).nonzero());
      which.set(index);
      chosen.set(value);
    },
  };
});

/** What a leading-nonzero tree finds; index and payload mean something only when `valid` is high. */
export interface LeadingNonzero {
  readonly valid: BitSignal;
  /** addressWidth(leaves) bits. */
  readonly index: UIntSignal;
  readonly payload: UIntSignal;
}

export interface Leaf {
  readonly valid: BitSignal;
  /** Equal widths in all leaves. */
  readonly payload: UIntSignal;
}

interface Subtree extends Leaf {
  /** Digits found so far; absent in a leaf. */
  readonly index?: UIntSignal;
}

/** A combinational tree of radix-4 nodes over any number of leaves; the nodes are instances `<name>_<level>_<position>`. */
export function leadingNonzeroTree(m: Builder, name: string, leaves: readonly Leaf[]): LeadingNonzero {
  let level: readonly Subtree[] = leaves;
  for (let depth = 0; level.length > 1; depth++) {
    const digit = uint(level.length > 2 ? 2 : 1);
    const groups = Array.from({ length: Math.ceil(level.length / 4) }, (_, g) => level.slice(4 * g, 4 * g + 4));
    level = groups.map((children, g): Subtree => {
      // A child without siblings needs no node, only the digit 0.
      if (children.length === 1) return { ...children[0], index: joined(fixedValue(digit, 0), children[0].index) };
      const payload = children.map((child) => joined(child.index, child.payload));
      const { width } = payload[0];
      const valid = children.map((child) => child.valid);
      const node = m.inst(`${name}_${depth}_${g}`, lnzdNode, { children: children.length, width }, { valid, payload });
      const split = leaves[0].payload.width;
      const below = width > split ? node.chosen.bits(width - 1, split) : undefined;
      return {
        valid: node.any,
        index: joined(node.which.extend(digit.width), below),
        payload: node.chosen.bits(split - 1, 0),
      };
    });
  }
  const [root] = level;
  return { valid: root.valid, index: root.index ?? fixedValue(uint(1), 0), payload: root.payload };
}

/** Concatenation of two parts of which one may be absent. */
function joined(...parts: (UIntSignal | undefined)[]): UIntSignal {
  return concat(...parts.filter((part) => part !== undefined));
}
