import {
  addressWidth,
  type BitSignal,
  type Builder,
  concat,
  fixedValue,
  select,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";

/** A leaf of a leading-nonzero tree. */
export interface Leaf {
  readonly valid: BitSignal;
  /** What is carried up from the lowest valid leaf: of equal width in all leaves, or in none. */
  readonly payload?: UIntSignal | undefined;
}

/** What a leading-nonzero tree finds; index and payload mean something only when `valid` is high. */
export interface LeadingNonzero extends Leaf {
  /** addressWidth(leaves) bits. */
  readonly index: UIntSignal;
}

/** A leaf or what a node found; a leaf has no index. */
export interface Subtree extends Leaf {
  readonly index?: UIntSignal | undefined;
}

/** Between two levels of a tree: what the lower one found, as the upper one shall see it. Registers go here. */
export type BetweenLevels = (found: readonly Subtree[], level: number) => readonly Subtree[];

/**
 * A leading-nonzero tree (EIE, section IV) over any number of leaves: each node finds its lowest valid child, and
 * carries up the payload and the index of that child behind the child's place: one digit of the index where a child has a power of two of
 * leaves, else a sum with the number of leaves before it.
 * `radices` are the children of a node of each level, 2 or more, from the leaves up; their product reaches the leaves.
 */
export function leadingNonzeroTree(
  m: Builder,
  leaves: readonly Leaf[],
  radices: readonly number[],
  between: BetweenLevels = (found) => found,
): LeadingNonzero {
  let level: readonly Subtree[] = leaves;
  let leavesBelow = 1;
  radices.forEach((radix, depth) => {
    const nodes = Math.ceil(level.length / radix);
    const found = Array.from({ length: nodes }, (_, g) => {
      const children = level.slice(radix * g, radix * (g + 1));
      const indexBits = addressWidth(nodes === 1 ? leaves.length : leavesBelow * radix);
      return node(m, `${depth}_${g}`, children, leavesBelow, indexBits);
    });
    leavesBelow *= radix;
    level = between(found, depth);
  });
  const [root] = level;
  return { ...root, index: root.index ?? fixedValue(uint(1), 0) };
}

/** One node over children of `leavesBelow` leaves each; the last one may have fewer. A child without siblings stands at 0. */
function node(m: Builder, name: string, children: readonly Subtree[], leavesBelow: number, indexBits: number): Subtree {
  const [only] = children;
  if (children.length === 1) {
    return { ...only, index: only.index ? widened(only.index, indexBits) : fixedValue(uint(indexBits), 0) };
  }
  const valids = children.map(({ valid }) => valid);
  const groups = validGroups(m, name, valids);
  const top = groups.length - 1;
  const below = lowestOf(
    valids,
    children.map(({ index }) => index),
  );
  const payload = lowestByFours(
    m,
    name,
    groups,
    children.map((child) => child.payload),
  );
  const index = (): UIntSignal => {
    if (Number.isInteger(Math.log2(leavesBelow))) {
      const digitBits = indexBits - Math.log2(leavesBelow);
      const digit = Array.from({ length: digitBits }, (_, k) =>
        k < top ? oddFirst(groups[k]) : fixedValue(uint(1), 0),
      );
      return joined(concat(...digit.reverse()), below);
    }
    const before = lowestOf(
      valids,
      children.map((_, i) => fixedValue(uint(indexBits), i * leavesBelow) as UIntSignal),
    ) as UIntSignal;
    // Both together are the number of a leaf, which fits.
    return before.addWrap(widened(below as UIntSignal, indexBits));
  };
  return {
    valid: groups[top][0],
    index: m.node(`index_${name}`, index()),
    payload: payload && m.node(`payload_${name}`, payload),
  };
}

function widened(index: UIntSignal, width: number): UIntSignal {
  return index.width < width ? concat(fixedValue(uint(width - index.width), 0), index) : index;
}

/** The digits of two levels as one number; a leaf has none. */
function joined(digit: UIntSignal, below: UIntSignal | undefined): UIntSignal {
  return below ? concat(digit, below) : digit;
}

/** Whether there is a valid child: among each one alone, each aligned two, each four, and so on to all. */
function validGroups(m: Builder, name: string, valids: readonly BitSignal[]): BitSignal[][] {
  const groups = [[...valids]];
  for (let size = 2; groups[groups.length - 1].length > 1; size *= 2) {
    const halves = groups[groups.length - 1];
    const pair = (g: number): BitSignal => {
      if (2 * g + 1 === halves.length) return halves[2 * g];
      const label =
        halves.length === 2
          ? `valid_${name}`
          : `valid_${name}_${size * g}to${Math.min(size * (g + 1), valids.length) - 1}`;
      return m.node(label, halves[2 * g].or(halves[2 * g + 1]));
    };
    groups.push(Array.from({ length: Math.ceil(halves.length / 2) }, (_, g) => pair(g)));
  }
  return groups;
}

/**
 * Whether the first set one of `groups` stands at an odd place, if one is set: !g0 && (g1 || (!g2 && (g3 || ...))), two gates
 * for two groups. The last of an even number need not be looked at.
 */
function oddFirst(groups: readonly BitSignal[]): BitSignal {
  const last = groups.length - 1;
  let odd = last % 2 === 1 ? groups[last - 1].not() : groups[last - 2].not().and(groups[last - 1]);
  for (let i = last - (last % 2 === 1 ? 2 : 3); i > 0; i -= 2) odd = groups[i - 1].not().and(groups[i].or(odd));
  return odd;
}

/**
 * The payload of the lowest valid child; that of the last one where none is. Fours are chosen among at once, then fours of these by
 * what is known of each: the paths of a tree, not of a chain of children.
 */
function lowestByFours(
  m: Builder,
  name: string,
  groups: readonly BitSignal[][],
  payloads: readonly (UIntSignal | undefined)[],
): UIntSignal | undefined {
  let parts = payloads;
  for (let level = 0; parts.length > 1; level += 2) {
    parts = Array.from({ length: Math.ceil(parts.length / 4) }, (_, g) => {
      const four = parts.slice(4 * g, 4 * (g + 1));
      const chosen = lowestOfFour(groups[level].slice(4 * g, 4 * (g + 1)), groups[level + 1][2 * g], four);
      if (!chosen || four.length === 1 || parts.length <= 4) return chosen;
      const size = 4 ** (level / 2 + 1);
      return m.node(`payload_${name}_${size * g}to${Math.min(size * (g + 1), payloads.length) - 1}`, chosen);
    });
  }
  return parts[0];
}

/**
 * The part of the lowest valid one of up to four, `left` telling whether the first two have one. Four are ANDed each with whether it
 * is first, and ORed: 4.3 um2 a bit in Nangate45, where ABC takes multiplexers of 5.6.
 */
function lowestOfFour(
  valids: readonly BitSignal[],
  left: BitSignal,
  parts: readonly (UIntSignal | undefined)[],
): UIntSignal | undefined {
  const [a, b, c, d] = parts;
  if (!a || !b) return a;
  const part = uint(a.width);
  if (!c) return select(part, valids[0], a, b);
  if (!d) return select(part, left, select(part, valids[0], a, b), c);
  const odd = oddFirst(valids);
  const only = (first: BitSignal, one: UIntSignal) => select(part, first, one, 0);
  const even = only(valids[0], a).or(only(left.not().and(odd.not()), c));
  return even.or(only(left.and(odd), b).or(only(left.not().and(odd), d)));
}

/** The part of the lowest valid child; that of the last one where none is. */
function lowestOf(valids: readonly BitSignal[], parts: readonly (UIntSignal | undefined)[]): UIntSignal | undefined {
  return parts.reduceRight((rest, part, i) => part && rest && select(uint(part.width), valids[i], part, rest));
}
