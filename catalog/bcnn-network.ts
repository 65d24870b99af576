import { layerCountRegisters } from "../generators/bcnn/geometry.ts";
import { bcnnCycles, foldsOf } from "../sw-model/bcnn/cycles.ts";
import { fitBcnn } from "../sw-model/bcnn/fit.ts";
import { type BcnnParameters, layersOf } from "../sw-model/bcnn/spec.ts";
import { placesOf } from "../sw-model/conv/spec.ts";
import { UserError } from "../sw-model/errors.ts";
import { accountOf } from "../sw-model/model/account.ts";
import { binaryMapOf, goldenConvolutionalNetwork } from "../sw-model/model/convolutional-network.ts";
import type { ConvolutionalModel } from "../sw-model/model/model.ts";
import { loadLayers, streamMaps } from "../testbench/drivers/bcnn.ts";
import type { NetworkRunner } from "./generator.ts";

/** Digits as they come: 28 x 28 pixels of one value. */
const digit = { width: 28, height: 28, channels: 1 } as const;

const operationOf = (model: ConvolutionalModel, images: readonly ArrayLike<number>[]) => ({
  layers: model.layers,
  shape: model.input,
  inputs: images.map((image) => binaryMapOf(model, image)),
});

/** Of each layer: words of weights that an element reads for a window, elements, lanes, and windows of an inference. */
function workOf(parameters: BcnnParameters) {
  return layersOf(parameters).map((layer) => {
    const { rowFolds, columnFolds } = foldsOf(layer);
    return { words: rowFolds * columnFolds, pes: layer.pes, lanes: layer.lanes, windows: placesOf(layer.map) };
  });
}

/** A stored binary convolutional network on the pipeline, digits back to back. Only the last layer's results leave the hardware. */
export const convolutionalNetwork: NetworkRunner<BcnnParameters, ConvolutionalModel> = {
  kind: "binary-convolutional",
  batch: 100,
  fit(parameters, explicit, model) {
    checkInput(model);
    return { parameters: fitBcnn(parameters, explicit, operationOf(model, [])), model };
  },
  golden(parameters, model) {
    const work = workOf(parameters);
    const entries = work.reduce((sum, { words, pes, windows }) => sum + words * pes * windows, 0);
    const { macs } = accountOf(
      model.layers,
      work.map(({ windows }) => windows),
    );
    return (images) => {
      const dots = parameters.results === "dots";
      const cycles = bcnnCycles(layersOf(parameters), dots, images.length, layerCountRegisters(parameters));
      return goldenConvolutionalNetwork(model, images).map((output, i) => ({
        outputs: [output],
        cycles: i === images.length - 1 ? cycles : 0,
        entries,
        macs: { dense: macs, executed: macs },
      }));
    };
  },
  async load(simulation, parameters, model) {
    await simulation.execute(loadLayers(parameters, model.layers));
    return async (images) => {
      const before = simulation.edges;
      const { result, cycles } = await streamMaps(simulation, parameters, operationOf(model, images));
      const ioCycles = simulation.edges - before - cycles;
      // The last layer is dense, and so gives a row an image.
      return ("dot" in result ? result.dot : result.bits).map((output, i) => {
        const last = i === images.length - 1;
        return { outputs: [output as number[]], cycles: last ? cycles : 0, ioCycles: last ? ioCycles : 0 };
      });
    };
  },
  width: (parameters) => layersOf(parameters).reduce((sum, { pes }) => sum + pes, 0),
  sizes(parameters, model) {
    const work = workOf(parameters);
    const { footprint, float, binary } = accountOf(
      model.layers,
      work.map(({ windows }) => windows),
    );
    const held = work.reduce((sum, { words, pes, lanes }) => sum + words * pes * lanes, 0);
    const used = model.layers.reduce((sum, { weights }) => sum + weights.rows * weights.cols, 0);
    return {
      bytesDense: footprint.floatBytes,
      bytesCompressed: footprint.binaryBytes,
      keptShares: model.layers.map(() => 1),
      paddingShare: (held - used) / held,
      energyDenseNj: float.totalPj / 1000,
      energyCompressedNj: binary.totalPj / 1000,
    };
  },
};

function checkInput({ name, input }: ConvolutionalModel): void {
  const text = ({ width, height, channels }: ConvolutionalModel["input"]) => `${width} x ${height} x ${channels}`;
  if (text(input) === text(digit)) return;
  throw new UserError({
    code: "model-conflict",
    message: `${name} takes maps of ${text(input)}, digits are ${text(digit)}`,
    where: "input",
    expected: text(digit),
    found: text(input),
  });
}
