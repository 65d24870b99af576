import { bit, bitWidth, concat, defineModule, input, output, select, stream, unpack } from "../../hdl/index.ts";
import { type ArrayParameters, arrayGeometry, loadSpaces, unscaledType } from "./geometry.ts";

/** Thresholds of one processing element's rows: the one for the next result is read an edge ahead. */
export const threshold = defineModule("xnor_threshold", (p: Omit<ArrayParameters, "pes">) => {
  const g = arrayGeometry({ ...p, pes: 1 });
  return {
    summary: "Thresholds of a processing element's rows, and the comparison.",
    ports: {
      write: input(bit),
      writeAddress: input(g.rowAddress),
      writeThreshold: input(g.threshold),
      /** The row fold whose count comes after the edge. */
      nextRow: input(g.rowAddress),
      count: input(g.count),
      result: output(bit),
    },
    build({ write, writeAddress, writeThreshold, nextRow, count, result }, m) {
      const memory = m.mem("thresholds", p.rowDepth, g.threshold);
      memory.write({ address: writeAddress, data: writeThreshold, enable: write });
      const { t, flip } = memory.readClocked("now", { address: nextRow, underWrite: "old" });
      result.set(count.ge(t).xor(flip));
    },
  };
});

/** The counts of every row fold as bits, (count >= t) xor flip: batch normalisation and sign (FINN, section 4.2.2). */
export const thresholds = defineModule("xnor_thresholds", (p: ArrayParameters & { results: "bits" | "both" }) => {
  const { results: kind, ...array } = p;
  const g = arrayGeometry(array);
  return {
    summary: `Thresholds of ${p.pes} processing elements.`,
    ports: {
      load: input(g.load),
      loaded: input(bit),
      counts: input(stream(g.counts)),
      results: output(stream(unscaledType(array, kind))),
    },
    build({ load, loaded, counts, results }, m) {
      const row = m.reg("row", g.rowAddress, { reset: 0 });
      const following = m.node("following", select(g.rowAddress, counts.data.last, 0, row.addWrap(1)));
      const nextRow = m.node("nextRow", select(g.rowAddress, counts.fire, following, row));
      row.set(nextRow);

      const { pes: _, scale: __, ...parameters } = array;
      const writeThreshold = unpack(g.threshold, load.data.bits(bitWidth(g.threshold) - 1, 0));
      const bits = counts.data.counts.map((count, k) => {
        const element = m.inst(`threshold_${k}`, threshold, parameters, {
          write: loaded.and(load.space.eq(loadSpaces.thresholds)).and(load.pe.eq(k)),
          writeAddress: load.address.bits(g.rowAddress.width - 1, 0),
          writeThreshold,
          nextRow,
          count,
        });
        return element.result;
      });
      results.valid.set(counts.valid);
      counts.ready.set(results.ready);
      results.data.last.set(counts.data.last);
      results.data.bits.set(concat(...bits.reverse()));
      if (kind === "both") results.data.counts.set(counts.data.counts);
    },
  };
});
