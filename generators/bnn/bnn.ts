import {
  type BitSignal,
  bit,
  bitWidth,
  concat,
  connect,
  defineModule,
  input,
  mapped,
  output,
  record,
  type StreamSource,
  stream,
  type UIntType,
  uint,
  unpack,
} from "../../hdl/index.ts";
import type { BnnParameters } from "../../sw-model/bnn/spec.ts";
import { arrayGeometry, loadSpaces, resultType } from "../xnor/geometry.ts";
import { mvtu } from "../xnor/mvtu.ts";
import { gather } from "./gather.ts";
import { layerUnits, pipelineLoad, wordFor } from "./geometry.ts";
import { split } from "./split.ts";

/**
 * A pipeline of matrix-vector-threshold units, one a layer (FINN, figure 4: streaming architecture). Words on `load` fill the
 * memories and set the folds of the layer that they name; vectors stream in, results of the last layer stream out. All layers
 * work at the same time, each on a vector of its own. `busy` is high while a vector is under way; nothing is loaded then.
 */
export const bnn = defineModule("bnn", (p: BnnParameters) => {
  const units = layerUnits(p);
  const last = units[units.length - 1];
  return {
    summary: `Binary network of ${units.length} layers in a pipeline.`,
    ports: {
      load: input(stream(pipelineLoad(units))),
      words: input(stream(arrayGeometry(units[0]).word)),
      results: output(stream(resultType(last, last.results))),
      busy: output(bit),
    },
    build({ load, words, results, busy }, m) {
      const taken = m.reg("taken", pipelineLoad(units));
      const loaded = m.reg("loaded", bit, { reset: false });
      loaded.set(load.fire);
      taken.set(load.data);

      const working: BitSignal[] = [];
      let source: StreamSource<UIntType> = words;
      units.forEach((unit, i) => {
        const layer = m.inst(`layer_${i}`, mvtu, unit, {
          load: wordFor(unit, taken),
          loaded: loaded.and(taken.layer.eq(i)),
          words: source,
        });
        working.push(layer.busy);
        if (i === units.length - 1) {
          connect(results, layer.results);
          return;
        }
        const { folds } = arrayGeometry(units[i + 1]);
        const named = { bits: uint(unit.pes) };
        const bits = mapped(layer.results, named.bits, (data) => data.bits);
        const [pes, lanes] = [unit.pes, units[i + 1].lanes];
        if (pes === lanes) source = bits;
        else if (pes < lanes) {
          const both = record({ last: bit, ...named });
          const push = mapped(layer.results, both, ({ last, bits }) => ({ last, bits }));
          const made = m.inst(`gather_${i}`, gather, { width: pes, parts: lanes / pes }, { push });
          working.push(made.busy);
          source = made.pop;
        } else {
          const lastPart = m.reg(`lastPart_${i}`, folds.fields.lastColumn);
          const setsFolds = loaded.and(taken.layer.eq(i + 1)).and(taken.space.eq(loadSpaces.folds));
          m.when(setsFolds, () => lastPart.set(unpack(folds, taken.data.bits(bitWidth(folds) - 1, 0)).lastColumn));
          const shape = { width: lanes, parts: pes / lanes, lastPart: folds.fields.lastColumn };
          const made = m.inst(`split_${i}`, split, shape, { push: bits, ...{ lastPart } });
          working.push(made.busy);
          source = made.pop;
        }
      });
      const any = m.node("working", concat(...working).nonzero());
      busy.set(any);
      load.ready.set(any.not());
    },
  };
});
