import type { Graph, Node } from "../onnx/graph.ts";

/** Operators that hand all values on in their order, as far as a fully connected layer sees them. */
export const passing = new Set(["Flatten", "Reshape", "Identity", "Dropout", "Squeeze", "Unsqueeze"]);

/** Operators that keep the order of the outputs, so that the last layer may have one behind it. */
const ordering = new Set(["Softmax", "LogSoftmax", "ArgMax"]);

/** The operators that make up a layer. */
export interface LayerNodes {
  /** The product, and what adds the bias: the product itself where it does. */
  readonly first: Node;
  readonly last: Node;
  readonly relu: Node | undefined;
}

/**
 * True where a graph is the chain of its layers: the one thing it is given goes through one layer after another to the one thing it
 * gives. Each result on the way has one reader, and between are rectifiers and operators that pass values on; behind the last layer
 * may stand what keeps the order of the outputs. `computing` are the nodes that are not constant: there must be no others.
 */
export function isChain(graph: Graph, computing: readonly Node[], layers: readonly LayerNodes[]): boolean {
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) return false;
  const met = new Set<Node>();
  let at = graph.inputs[0];
  let ordered = false;
  let next = 0;
  while (at !== graph.outputs[0]) {
    const readers = computing.filter(({ inputs }) => inputs.includes(at));
    const [node] = readers;
    if (readers.length !== 1 || met.has(node)) return false;
    met.add(node);
    // Other operands are constants, such as the shape that Reshape gives.
    if (node.inputs[0] !== at) return false;
    const layer = layers[next];
    if (node === layer?.first && !ordered) {
      met.add(layer.last);
      at = layer.last.outputs[0];
      next++;
    } else if (ordering.has(node.kind) && next === layers.length && !ordered) {
      ordered = true;
      at = node.outputs[0];
    } else if (passing.has(node.kind) || node === layers[next - 1]?.relu) {
      at = node.outputs[0];
    } else {
      return false;
    }
  }
  return next === layers.length && met.size === computing.length;
}
