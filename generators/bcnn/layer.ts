import {
  type BitSignal,
  bit,
  concat,
  defineModule,
  input,
  mapped,
  output,
  record,
  type StreamSource,
  stream,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { gather } from "../bnn/gather.ts";
import { maxPool } from "../conv/pool.ts";
import { slidingWindow } from "../conv/window.ts";
import { arrayGeometry } from "../xnor/geometry.ts";
import { mvtu } from "../xnor/mvtu.ts";
import { arrayOf, type LayerParameters, layerResult } from "./geometry.ts";
import { vectorWords } from "./vector-words.ts";

/**
 * A layer of a binary convolutional network (FINN, section 4.3): windows of the pixels that come in are the vectors of a
 * matrix-vector-threshold unit; its bits are the channels of the pixels that leave, pooled where the layer says so. A dense layer has all
 * pixels of a map for one vector, and no window. Named by its place, since layers differ in most of their sizes.
 */
export const bcnnLayer = (index: number) =>
  defineModule(`bcnn_layer_${index}`, (p: LayerParameters) => {
    const array = arrayOf(p);
    const { kernel, stride, padding, outputs, pes, pool } = p;
    const rowFolds = array.rowDepth;
    const pixel = uint(outputs);
    const what = kernel === 0 ? "Dense layer" : `Convolution of ${kernel} x ${kernel} pixels`;
    return {
      summary: `${what}, ${p.input.channels} to ${outputs} channels.`,
      ports: {
        /** A word for the array, taken when `loaded`, while nothing is under way. */
        load: input(arrayGeometry(array).load),
        loaded: input(bit),
        pixels: input(stream(uint(p.input.channels))),
        results: output(stream(layerResult(p))),
        busy: output(bit),
      },
      build({ load, loaded, pixels, results, busy }, m) {
        const working: BitSignal[] = [];
        let items: StreamSource<UIntType> = pixels;
        if (kernel > 0) {
          const window = m.inst("window", slidingWindow, { ...p.input, kernel, stride, padding }, { pixels });
          items = window.windows;
          working.push(window.busy);
        }
        const vectors = vectorWords(m, items, p);
        if (vectors.busy) working.push(vectors.busy);
        const unit = m.inst("array", mvtu, array, { load, loaded, words: vectors.words });
        working.push(unit.busy);
        if (p.results === "dots") {
          results.valid.set(unit.results.valid);
          unit.results.ready.set(results.ready);
          results.data.last.set(unit.results.data.last);
          results.data.counts.set(unit.results.data.counts);
        } else {
          let bits: StreamSource<UIntType>;
          if (rowFolds === 1) bits = mapped(unit.results, pixel, (data) => data.bits.bits(outputs - 1, 0));
          else {
            const part = record({ last: bit, bits: uint(pes) });
            const push = mapped(unit.results, part, ({ last, bits }) => ({ last, bits }));
            const whole = m.inst("channels", gather, { width: pes, parts: rowFolds }, { push });
            working.push(whole.busy);
            bits = mapped(whole.pop, pixel, (word) => word.bits(outputs - 1, 0));
          }
          if (pool > 1) {
            const pooling = m.inst("pool", maxPool, { ...p.map, size: pool }, { pixels: bits });
            working.push(pooling.busy);
            bits = pooling.pooled;
          }
          results.valid.set(bits.valid);
          bits.ready.set(results.ready);
          results.data.bits.set(bits.data);
        }
        busy.set(concat(...working).nonzero());
      },
    };
  });
