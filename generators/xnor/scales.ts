import {
  type BitSignal,
  type Builder,
  bit,
  bitWidth,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  type SIntSignal,
  select,
  sint,
  stream,
  type UIntSignal,
  uint,
  unpack,
} from "../../hdl/index.ts";
import { type ArrayParameters, arrayGeometry, loadSpaces, resultType, unscaledType } from "./geometry.ts";

/**
 * A count as a scaled dot product, y = multiple * count + offset: by a shift and a complement (power-of-two batch normalisation,
 * BNN, algorithm 3), or by a multiplier. What turns a dot product into a count is in multiple and offset.
 */
export const scaler = defineModule("xnor_scaler", (p: Omit<ArrayParameters, "pes">) => {
  const { count: countType, scale } = scaledGeometry({ ...p, pes: 1 });
  return {
    summary: scale.kind === "shift" ? "A count, shifted, plus an offset." : "A count times a multiple, plus an offset.",
    ports: { count: input(countType), scale: input(scale.word), value: output(scale.value) },
    build({ count, scale: given, value }, m) {
      const width = scale.value.width;
      if (scale.kind === "multiply") {
        const product = m.node("product", given.multiple.mul(count.toSint()));
        value.set(product.add(given.offset).wrap(width));
        return;
      }
      const product = m.node("product", shiftedProduct(m, count, given, width));
      value.set(product.add(given.offset).wrap(width));
    },
  };
});

/** The count times a power of two, 0 or complemented. */
function shiftedProduct(
  m: Builder,
  count: UIntSignal,
  { power, negative, zero }: { power: UIntSignal; negative: BitSignal; zero: BitSignal },
  width: number,
): SIntSignal {
  let shifted = m.node("unshifted", select(uint(width), zero, 0, count.extend(width)));
  for (let i = 0; i < power.width; i++) {
    const by = 2 ** i;
    const moved = concat(shifted.bits(width - 1 - by, 0), fixedValue(uint(by), 0));
    shifted = m.node(`shifted_${by}`, select(uint(width), power.bit(i), moved, shifted));
  }
  return unpack(sint(width), select(uint(width), negative, shifted.not(), shifted));
}

/** Scales of one processing element's rows: the one for the next result is read an edge ahead. */
export const scale = defineModule("xnor_scale", (p: Omit<ArrayParameters, "pes">) => {
  const g = scaledGeometry({ ...p, pes: 1 });
  return {
    summary: "Scales of a processing element's rows, and their unit.",
    ports: {
      write: input(bit),
      writeAddress: input(g.rowAddress),
      writeScale: input(g.scale.word),
      /** The row fold whose count comes after the edge. */
      nextRow: input(g.rowAddress),
      count: input(g.count),
      value: output(g.scale.value),
    },
    build({ write, writeAddress, writeScale, nextRow, count, value }, m) {
      const memory = m.mem("scales", p.rowDepth, g.scale.word);
      memory.write({ address: writeAddress, data: writeScale, enable: write });
      const now = memory.readClocked("now", { address: nextRow, underWrite: "old" });
      value.set(m.inst("scaler", scaler, p, { count, scale: now }).value);
    },
  };
});

/** The counts of every row fold, scaled: the last layer's batch normalisation, which no threshold can take in. */
export const scales = defineModule("xnor_scales", (p: ArrayParameters & { results: "dots" | "both" }) => {
  const { results: kind, ...array } = p;
  const g = scaledGeometry(array);
  return {
    summary: `Scales of ${p.pes} processing elements.`,
    ports: {
      load: input(g.load),
      loaded: input(bit),
      counts: input(stream(unscaledType(array, kind))),
      results: output(stream(resultType(array, kind))),
    },
    build({ load, loaded, counts, results }, m) {
      const row = m.reg("row", g.rowAddress, { reset: 0 });
      const following = m.node("following", select(g.rowAddress, counts.data.last, 0, row.addWrap(1)));
      const nextRow = m.node("nextRow", select(g.rowAddress, counts.fire, following, row));
      row.set(nextRow);

      const { pes: _, ...parameters } = array;
      const writeScale = unpack(g.scale.word, load.data.bits(bitWidth(g.scale.word) - 1, 0));
      results.data.scaled.forEach((value, k) => {
        const element = m.inst(`scale_${k}`, scale, parameters, {
          write: loaded.and(load.space.eq(loadSpaces.scales)).and(load.pe.eq(k)),
          writeAddress: load.address.bits(g.rowAddress.width - 1, 0),
          writeScale,
          nextRow,
          count: counts.data.counts[k],
        });
        value.set(element.value);
      });
      results.valid.set(counts.valid);
      counts.ready.set(results.ready);
      results.data.last.set(counts.data.last);
      if (kind === "both") results.data.bits.set(counts.data.bits);
    },
  };
});

/** The geometry of an array that has a scale. */
function scaledGeometry(p: ArrayParameters) {
  const { scale, ...g } = arrayGeometry(p);
  if (!scale) throw new Error("an array without scales has no unit for them");
  return { ...g, scale };
}
