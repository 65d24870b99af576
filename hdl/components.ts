/** Strongly connected components of a graph whose nodes are numbers, by Tarjan's algorithm without recursion. */

/**
 * The components reached from `roots`, each after those that it leads to. `next` gives the successors of a node.
 */
export function components<N>(roots: Iterable<N>, next: (node: N) => readonly N[]): N[][] {
  const index = new Map<N, number>();
  const lowest = new Map<N, number>();
  const done = new Set<N>();
  const waiting: N[] = [];
  const found: N[][] = [];
  const stack: { node: N; successors: readonly N[]; at: number }[] = [];
  const enter = (node: N) => {
    index.set(node, index.size);
    lowest.set(node, index.get(node) as number);
    waiting.push(node);
    stack.push({ node, successors: next(node), at: 0 });
  };
  const lower = (node: N, to: number) => lowest.set(node, Math.min(lowest.get(node) as number, to));
  for (const root of roots) {
    if (!index.has(root)) enter(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (frame.at < frame.successors.length) {
        const successor = frame.successors[frame.at++];
        if (!index.has(successor)) enter(successor);
        else if (!done.has(successor)) lower(frame.node, index.get(successor) as number);
        continue;
      }
      stack.pop();
      const above = stack.at(-1);
      if (above) lower(above.node, lowest.get(frame.node) as number);
      if (lowest.get(frame.node) !== index.get(frame.node)) continue;
      const component = waiting.splice(waiting.lastIndexOf(frame.node));
      for (const node of component) done.add(node);
      found.push(component);
    }
  }
  return found;
}
