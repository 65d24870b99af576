import {
  type BitSignal,
  bit,
  concat,
  connect,
  defineModule,
  input,
  mapped,
  output,
  type StreamSource,
  stream,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import type { BcnnParameters } from "../../sw-model/bcnn/spec.ts";
import { pipelineLoad, wordFor } from "../bnn/geometry.ts";
import { arrayOf, layerParameters, layerResult } from "./geometry.ts";
import { bcnnLayer } from "./layer.ts";

/**
 * A pipeline of the layers of a binary convolutional network. Words on `load` fill the memories of the layer that they name; pixels
 * of maps stream in row by row, results of the last layer stream out. All layers work at the same time, each as soon as it has a window.
 * `busy` is high while a map is under way; nothing is loaded then.
 */
export const bcnn = defineModule("bcnn", (p: BcnnParameters) => {
  const layers = layerParameters(p);
  const load = pipelineLoad(layers.map(arrayOf));
  return {
    summary: `Binary convolutional network of ${layers.length} layers in a pipeline.`,
    ports: {
      load: input(stream(load)),
      pixels: input(stream(uint(p.channels))),
      results: output(stream(layerResult(layers[layers.length - 1]))),
      busy: output(bit),
    },
    build(io, m) {
      const taken = m.reg("taken", load);
      const loaded = m.reg("loaded", bit, { reset: false });
      loaded.set(io.load.fire);
      taken.set(io.load.data);

      const working: BitSignal[] = [];
      let pixels: StreamSource<UIntType> = io.pixels;
      layers.forEach((parameters, i) => {
        const layer = m.inst(`layer_${i}`, bcnnLayer(i), parameters, {
          load: wordFor(arrayOf(parameters), taken),
          loaded: loaded.and(taken.layer.eq(i)),
          pixels,
        });
        working.push(layer.busy);
        if (i === layers.length - 1) connect(io.results, layer.results);
        else pixels = mapped(layer.results, uint(parameters.outputs), (data) => data.bits);
      });
      const any = m.node("working", concat(...working).nonzero());
      io.busy.set(any);
      io.load.ready.set(any.not());
    },
  };
});
