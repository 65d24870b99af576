import { layerCountRegisters } from "../generators/bnn/geometry.ts";
import { packBits, unpackBits } from "../sw-model/binary/bits.ts";
import { bnnCycles, layerFolds } from "../sw-model/bnn/cycles.ts";
import { fitBnn } from "../sw-model/bnn/fit.ts";
import { goldenBnn } from "../sw-model/bnn/golden.ts";
import { type BnnParameters, layerCount, perLayer } from "../sw-model/bnn/spec.ts";
import { accountOf } from "../sw-model/model/account.ts";
import { binariseImage } from "../sw-model/model/binary-network.ts";
import type { BinaryModel } from "../sw-model/model/model.ts";
import { resultRows } from "../sw-model/xnor/golden.ts";
import { checkResults } from "../sw-model/xnor/operation.ts";
import { loadLayers, streamVectors } from "../testbench/drivers/bnn.ts";
import type { NetworkRunner } from "./generator.ts";

const shapesOf = ({ layers }: BinaryModel) => layers.map(({ weights }) => weights);

/** Weights read at once, of all layers: in this many cycles times this many elements the work would be done. */
function work(parameters: BnnParameters, model: BinaryModel): number {
  const pes = perLayer(parameters.pes, model.layers.length);
  return layerFolds(parameters, shapesOf(model)).reduce(
    (sum, { rowFolds, columnFolds }, i) => sum + pes[i] * rowFolds * columnFolds,
    0,
  );
}

const pixels = (model: BinaryModel, images: readonly ArrayLike<number>[]) =>
  packBits(images.flatMap((image) => unpackBits(binariseImage(model, image))));

/**
 * A stored binary network on the pipeline, digits back to back. Only the last layer's results leave the hardware; those of a layer before
 * are compared by a model that ends with it.
 */
export const binaryNetwork: NetworkRunner<BnnParameters, BinaryModel> = {
  kind: "binary",
  batch: 200,
  fit(parameters, explicit, model) {
    const last = model.layers[model.layers.length - 1];
    const results = explicit.has("results") ? parameters.results : last.thresholds ? "bits" : "dots";
    checkResults(last, results);
    return { parameters: fitBnn({ ...parameters, results }, explicit, shapesOf(model)), model };
  },
  golden(parameters, model) {
    const dense = shapesOf(model).reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    const entries = work(parameters, model);
    return (images) => {
      const outputs = resultRows(goldenBnn({ layers: model.layers, inputs: pixels(model, images) }));
      const cycles = bnnCycles(parameters, shapesOf(model), images.length, 1, layerCountRegisters(parameters));
      return outputs.map((output, i) => ({
        outputs: [output],
        cycles: i === images.length - 1 ? cycles : 0,
        entries,
        macs: { dense, executed: dense },
      }));
    };
  },
  async load(simulation, parameters, model) {
    await simulation.execute(loadLayers(parameters, model));
    return async (images) => {
      const before = simulation.edges;
      const { result, cycles } = await streamVectors(simulation, parameters, {
        layers: model.layers,
        inputs: pixels(model, images),
      });
      const ioCycles = simulation.edges - before - cycles;
      return resultRows(result).map((output, i) => {
        const last = i === images.length - 1;
        return { outputs: [output], cycles: last ? cycles : 0, ioCycles: last ? ioCycles : 0 };
      });
    };
  },
  width: (parameters) => perLayer(parameters.pes, layerCount(parameters)).reduce((sum, pes) => sum + pes, 0),
  sizes(parameters, model) {
    const { footprint, float, binary } = accountOf(model.layers);
    const lanes = perLayer(parameters.lanes, model.layers.length);
    const pes = perLayer(parameters.pes, model.layers.length);
    let [held, used] = [0, 0];
    layerFolds(parameters, shapesOf(model)).forEach(({ rowFolds, columnFolds }, i) => {
      held += rowFolds * columnFolds * pes[i] * lanes[i];
      used += model.layers[i].weights.rows * model.layers[i].weights.cols;
    });
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
