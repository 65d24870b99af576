import { UserError } from "../errors.ts";
import { type Graph, graphOf, type Node } from "../onnx/graph.ts";
import type { Tensor, UnreadTensor } from "../onnx/tensors.ts";
import { type DenseLayer, type DenseNetwork, denseLayer, noLayers } from "./network.ts";
import { isChain, type LayerNodes, passing } from "./onnx-chain.ts";

/**
 * The fully connected layers of an ONNX model: Gemm, and MatMul with an Add behind it or none, whose weights are constants of
 * floats. The network is chained where the edges of the graph lead from one layer to the next (`isChain`), with a rectifier
 * behind each but the last. Throws `UserError`: bad-onnx, no-layers, unread-weights, wrong-shape, value-out-of-range,
 * does-not-fit.
 */
export function networkOfOnnx(bytes: Uint8Array, file: string, name: string): DenseNetwork {
  const graph = graphOf(bytes, file);
  const places = graph.nodes.flatMap((node) => layerAt(graph, node, file));
  if (places.length === 0) throw noLayers(file, kindsOf(graph));
  const computing = graph.nodes.filter((node) => !isConstant(graph, node));
  const layers = places.map(({ layer }) => layer);
  const follow = layers.every(({ inputs }, i) => i === 0 || inputs === layers[i - 1].outputs);
  const rectified = layers.every(({ relu }, i) => relu === i + 1 < layers.length);
  return { name, layers, chained: follow && rectified && isChain(graph, computing, places) };
}

interface LayerPlace extends LayerNodes {
  readonly layer: DenseLayer;
}

function layerAt(graph: Graph, node: Node, file: string): LayerPlace[] {
  if (node.kind !== "Gemm" && node.kind !== "MatMul") return [];
  const mustBeRead = (name: string | undefined, of: string) => {
    const unread = rootOf(graph, name, graph.unread)?.tensor;
    if (unread) throw unreadTensor(file, `the ${of} ${unread.path} of ${nameOf(node)}`, unread);
  };
  mustBeRead(node.inputs[1], "weights");
  const matrix = constantOf(graph, node.inputs[1]);
  if (matrix?.tensor.dims.length !== 2 || node.attributes.get("transA")) return [];
  const { dims, values } = matrix.tensor;
  const isGemm = node.kind === "Gemm";
  const [scale, biasScale] = isGemm ? [node.attributes.get("alpha") ?? 1, node.attributes.get("beta") ?? 1] : [1, 1];
  // As stored, or transposed by the node before, by Gemm, or by both.
  const outputsFirst = (node.attributes.get("transB") === 1 && isGemm) !== matrix.transposed;
  const [outputs, inputs] = outputsFirst ? dims : [dims[1], dims[0]];
  let last = node;
  if (isGemm) mustBeRead(node.inputs[2], "bias");
  let bias = isGemm ? constantOf(graph, node.inputs[2])?.tensor : undefined;
  if (isGemm && node.inputs[2] && !bias) {
    throw wrongShape(file, node.inputs[2], "a bias that is a constant of floats", "none");
  }
  const add = isGemm ? undefined : onlyReader(graph, node);
  if (add?.kind === "Add") {
    const other = add.inputs.find((input) => input !== node.outputs[0]) ?? "";
    mustBeRead(other, "bias");
    bias = constantOf(graph, other)?.tensor;
    if (bias && !isBias(bias, outputs)) bias = undefined;
    if (bias) last = add;
  }
  if (bias && !isBias(bias, outputs)) {
    throw wrongShape(file, bias.path, `${outputs} values, one an output`, bias.dims.join(" x "));
  }
  const relu = rectifierBehind(graph, last);
  const [outputStep, inputStep] = outputsFirst ? [inputs, 1] : [1, outputs];
  const layer = denseLayer(file, {
    name: node.name || matrix.tensor.path,
    inputs,
    outputs,
    relu: relu !== undefined,
    weight: (output, input) => scale * values[output * outputStep + input * inputStep],
    weightName: matrix.tensor.path,
    ...(bias ? { bias: { name: bias.path, values: spread(bias, outputs, biasScale) } } : {}),
  });
  return [{ layer, first: node, last, relu }];
}

/** One value, or one an output along the last dimension: along another one it would be one a sample. */
const isBias = ({ dims, values }: Tensor, outputs: number) =>
  values.length === 1 || (values.length === outputs && dims.at(-1) === outputs);

/** A bias of one value goes to all outputs. */
const spread = ({ values }: Tensor, outputs: number, scale: number) =>
  Float32Array.from({ length: outputs }, (_, i) => scale * values[values.length === 1 ? 0 : i]);

const constantOf = (graph: Graph, name: string | undefined) => rootOf(graph, name, graph.constants);

/** That of these tensors which has this name, also behind Identity and a Transpose of two dimensions. */
function rootOf<T>(
  graph: Graph,
  name: string | undefined,
  tensors: ReadonlyMap<string, T>,
): { tensor: T; transposed: boolean } | undefined {
  let at = name;
  let transposed = false;
  // A name that leads to itself ends.
  for (let steps = 0; at !== undefined && steps <= graph.nodes.length; steps++) {
    const tensor = tensors.get(at);
    if (tensor) return { tensor, transposed };
    const from = graph.nodes.find(({ outputs }) => outputs[0] === at);
    const swaps = from?.kind === "Transpose" && (from.lists.get("perm") ?? [1, 0]).join() !== "0,1";
    if (from?.kind !== "Identity" && from?.kind !== "Transpose") return undefined;
    if (swaps) transposed = !transposed;
    at = from.inputs[0];
  }
  return undefined;
}

/** True for a node that only prepares constants: nothing of the model's input goes through it. */
function isConstant(graph: Graph, node: Node): boolean {
  if (node.kind === "Constant") return true;
  return node.inputs.length > 0 && node.inputs.every((name) => isKnown(graph, name));
}

const isKnown = (graph: Graph, name: string) =>
  name === "" || graph.initialisers.has(name) || constantOf(graph, name) !== undefined;

function onlyReader(graph: Graph, node: Node): Node | undefined {
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(node.outputs[0]));
  return readers.length === 1 ? readers[0] : undefined;
}

function rectifierBehind(graph: Graph, node: Node): Node | undefined {
  let reader = onlyReader(graph, node);
  for (let steps = 0; reader && passing.has(reader.kind) && steps < graph.nodes.length; steps++) {
    reader = onlyReader(graph, reader);
  }
  return reader?.kind === "Relu" ? reader : undefined;
}

function kindsOf({ nodes }: Graph): string {
  const kinds = [...new Set(nodes.map(({ kind }) => kind))].slice(0, 12);
  return kinds.length > 0 ? `${kinds.join(", ")}; none with a matrix of floats in this file` : "no operators";
}

const nameOf = ({ kind, name }: Node) => (name ? `${kind} ${name}` : kind);

/** A layer is not left out in silence. */
function unreadTensor(file: string, what: string, { path, holds }: UnreadTensor): UserError {
  const expected = "floats of 16, 32 or 64 bits in the file itself";
  return new UserError({
    code: "unread-weights",
    message: `${file}: ${what} cannot be read: ${holds}`,
    where: `${file}: ${path}`,
    expected,
    found: holds,
    hint: "save the model as one file, with weights as floats",
  });
}

function wrongShape(file: string, name: string, expected: string, found: string): UserError {
  const where = `${file}: ${name}`;
  const message = `${where}: expected ${expected}, found ${found}`;
  return new UserError({ code: "wrong-shape", message, where, expected, found });
}
