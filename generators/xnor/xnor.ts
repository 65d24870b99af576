import { bit, connect, defineModule, input, output, stream } from "../../hdl/index.ts";
import type { XnorParameters } from "../../sw-model/xnor/spec.ts";
import { type ArrayParameters, arrayGeometry, resultType, structureOf } from "./geometry.ts";
import { mvtu } from "./mvtu.ts";

/** The sizes of the array in an `xnor` generator. */
export function arrayOf({
  rows,
  lanes,
  weightDepth,
  rowDepth,
  inputDepth,
  structure,
  popcountLevels,
}: XnorParameters): ArrayParameters {
  return {
    pes: rows,
    lanes,
    weightDepth,
    rowDepth,
    inputDepth,
    structure: structureOf(structure),
    popcountLevels,
    inputBits: 1,
  };
}

/**
 * A matrix-vector-threshold unit behind a load port: words on `load` fill the memories and set the folds (see geometry.ts),
 * vectors stream in, results stream out. `busy` is high while a vector is under way; nothing is loaded then.
 */
export const xnor = defineModule("xnor_array", (p: XnorParameters) => {
  const array = arrayOf(p);
  const g = arrayGeometry(array);
  return {
    summary: `XNOR array of ${p.rows} processing elements of ${p.lanes} lanes.`,
    ports: {
      load: input(stream(g.load)),
      words: input(stream(g.word)),
      results: output(stream(resultType(array, p.results))),
      busy: output(bit),
    },
    build({ load, words, results, busy }, m) {
      const taken = m.reg("taken", g.load);
      const loaded = m.reg("loaded", bit, { reset: false });
      loaded.set(load.fire);
      taken.set(load.data);

      const unit = m.inst("array", mvtu, { ...array, results: p.results }, { load: taken, loaded, words });
      load.ready.set(unit.busy.not());
      busy.set(unit.busy);
      connect(results, unit.results);
    },
  };
});
