import { bit, connect, defineModule, input, output, type StreamSource, stream } from "../../hdl/index.ts";
import type { ResultKind } from "../../sw-model/xnor/spec.ts";
import { type ArrayParameters, arrayGeometry, resultType, type unscaledType } from "./geometry.ts";
import { matrixVector } from "./matrix-vector.ts";
import { scales } from "./scales.ts";
import { thresholds } from "./thresholds.ts";

export interface MvtuParameters extends ArrayParameters {
  readonly results: ResultKind;
}

/** Matrix-vector-threshold unit (FINN, section 4.2). */
export const mvtu = defineModule("xnor_mvtu", (p: MvtuParameters) => {
  const { results: kind, ...array } = p;
  const g = arrayGeometry(array);
  return {
    summary: `Matrix-vector-threshold unit of ${p.pes} processing elements of ${p.lanes} lanes.`,
    ports: {
      /** A word for the memories or the folds, taken when `loaded`, while no vector is under way. */
      load: input(g.load),
      loaded: input(bit),
      words: input(stream(g.word)),
      /** A word for every row fold. */
      results: output(stream(resultType(array, kind))),
      /** A vector is under way. */
      busy: output(bit),
    },
    build({ load, loaded, words, results, busy }, m) {
      const unit = m.inst("matrix", matrixVector, array, { load, loaded, words });
      busy.set(unit.busy);
      const { counts } = unit;
      const judged =
        kind === "dots"
          ? // The same word, by the type that names every field.
            (counts as unknown as StreamSource<ReturnType<typeof unscaledType>>)
          : m.inst("thresholds", thresholds, { ...array, results: kind }, { load, loaded, counts }).results;
      if (kind === "bits" || !g.scale) connect(results, judged);
      else
        connect(
          results,
          m.inst("scales", scales, { ...array, results: kind }, { load, loaded, counts: judged }).results,
        );
    },
  };
});
