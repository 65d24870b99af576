/** Strongly connected components of a graph, by Tarjan's algorithm without recursion. */

/** A node that was reached. */
interface Reached<N> {
  readonly node: N;
  readonly index: number;
  /** The smallest index that it leads back to. */
  lowest: number;
  /** Whether its component is still unknown. */
  open: boolean;
  readonly successors: readonly N[];
  /** The next of the successors to look at. */
  at: number;
}

/**
 * The components reached from `roots`, each after those that it leads to. `next` gives the successors of a node.
 */
export function components<N>(roots: Iterable<N>, next: (node: N) => readonly N[]): N[][] {
  const reached = new Map<N, Reached<N>>();
  const waiting: Reached<N>[] = [];
  const stack: Reached<N>[] = [];
  const found: N[][] = [];
  const enter = (node: N) => {
    const index = reached.size;
    const entered = { node, index, lowest: index, open: true, successors: next(node), at: 0 };
    reached.set(node, entered);
    waiting.push(entered);
    stack.push(entered);
  };
  for (const root of roots) {
    if (reached.has(root)) continue;
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.at < top.successors.length) {
        const successor = top.successors[top.at++];
        const known = reached.get(successor);
        if (!known) enter(successor);
        else if (known.open) top.lowest = Math.min(top.lowest, known.index);
        continue;
      }
      stack.pop();
      const above = stack.at(-1);
      if (above) above.lowest = Math.min(above.lowest, top.lowest);
      if (top.lowest !== top.index) continue;
      const component = waiting.splice(waiting.lastIndexOf(top));
      for (const member of component) member.open = false;
      found.push(component.map(({ node }) => node));
    }
  }
  return found;
}
