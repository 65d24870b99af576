import { eie } from "../generators/eie/eie.ts";
import { chainCycles, layerCycles } from "../sw-model/eie/array-cycles.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { eieCycles } from "../sw-model/eie/cycles.ts";
import { fitEie } from "../sw-model/eie/fit.ts";
import { eieFormats } from "../sw-model/eie/formats.ts";
import { goldenEie } from "../sw-model/eie/golden.ts";
import { type EieOperation, parseEieOperation } from "../sw-model/eie/operation.ts";
import { type EieParameters, eieSpec } from "../sw-model/eie/spec.ts";
import { compressionOf } from "../sw-model/model/compression.ts";
import type { SparseModel } from "../sw-model/model/model.ts";
import { countMacs, goldenNetwork, quantiseImage } from "../sw-model/model/network.ts";
import { fitModel } from "../sw-model/model/on-eie.ts";
import * as cases from "../testbench/cases/eie.ts";
import { driveEie, LoadedNetwork } from "../testbench/drivers/eie.ts";
import { type EieConnection, EieHost } from "../testbench/drivers/eie-host.ts";
import { eieFurther } from "./eie-further.ts";
import type { Generator, NetworkRunner } from "./generator.ts";

/** A function of one sample as one of a batch. */
const batchOf =
  <S, R>(one: (sample: S) => R) =>
  (samples: readonly S[]) =>
    samples.map(one);

/** Networks on an array that a host reaches by some connection. */
export const eieNetwork = (
  connect: (parameters: EieParameters) => EieConnection,
): NetworkRunner<EieParameters, SparseModel> => ({
  kind: "sparse",
  fit: fitModel,
  golden(parameters, model) {
    const encoded = model.layers.map(({ matrix }) => encodeCsc(matrix, parameters));
    return batchOf((image) => {
      const trace = goldenNetwork(model, image);
      const works = trace.inputs.map((x, i) => ({
        columns: encoded[i],
        activations: x.subarray(0, x.length - 1),
        bias: true,
        outputs: model.layers[i].matrix.rows,
      }));
      const layers = chainCycles(parameters, works);
      return {
        outputs: trace.outputs,
        cycles: layers.reduce((sum, { cycles }) => sum + cycles, 0),
        layeredCycles: works.reduce((sum, work) => sum + layerCycles(parameters, work).cycles, 0),
        entries: layers.reduce((sum, { entries }) => sum + entries, 0),
        macs: countMacs(model, trace),
      };
    });
  },
  batch: 1,
  async load(simulation, parameters, model) {
    const loaded = await LoadedNetwork.load(
      simulation,
      connect(parameters),
      model.layers,
      2 ** model.formats.activationFraction,
    );
    return async ([image]) => {
      const activations = quantiseImage(model, image);
      const layered = await loaded.run(activations, { everyLayer: true });
      const { outputs, cycles, ioCycles } = await loaded.run(activations, { everyLayer: false });
      // What a user pays for is the run back to back.
      const { cycles: layeredCycles } = layered;
      return [
        { outputs: layered.outputs, cycles, ioCycles, layered: { cycles: layeredCycles, lastBackToBack: outputs[0] } },
      ];
    };
  },
  width: ({ pes }) => pes,
  sizes({ pes }, model) {
    const { layers, denseBytes, compressedBytes } = compressionOf(model, [pes]);
    const padding = layers.reduce((sum, layer) => sum + layer.padding[pes], 0);
    const kept = layers.reduce((sum, layer) => sum + layer.kept, 0);
    return {
      bytesDense: denseBytes,
      bytesCompressed: compressedBytes,
      keptShares: layers.map(({ keptShare }) => keptShare),
      paddingShare: padding / (padding + kept),
    };
  },
});

export const eieGenerator: Generator<EieParameters, EieOperation, { y: number[] }> = {
  spec: eieSpec,
  module: eie,
  operation: { parse: parseEieOperation, fit: fitEie },
  golden: (parameters, operation) => ({
    result: goldenEie(parameters, operation),
    cycles: eieCycles(parameters, operation).cycles,
  }),
  drive: driveEie,
  formats: eieFormats,
  cases: { parameters: cases.caseParameters, arbitrary: cases.arbitrary, directed: cases.directed },
  further: eieFurther((parameters) => new EieHost(parameters)),
  network: eieNetwork((parameters) => new EieHost(parameters)),
};
