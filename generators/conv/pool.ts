import { addressWidth, bit, defineModule, input, output, select, stream, uint } from "../../hdl/index.ts";

export interface PoolParameters {
  /** Pixels of a row, and rows of a map. */
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel: one a channel. */
  readonly channels: number;
  /** Rows and columns of a square; 2 or more, and at most those of the map. */
  readonly size: number;
}

/**
 * Max-pooling of squares that do not overlap (FINN, section 4.3): the or of their pixels, channel by channel. Pixels come row by
 * row, one an edge. One memory holds the or of the rows so far, a word a square. Rows and columns beyond the last whole
 * square are left out.
 */
export const maxPool = defineModule("max_pool", ({ width, height, channels, size }: PoolParameters) => {
  const pixel = uint(channels);
  const across = Math.floor(width / size);
  return {
    summary: `Maximum of ${size} x ${size} pixels of ${channels} bits.`,
    ports: {
      pixels: input(stream(pixel)),
      pooled: output(stream(pixel)),
      /** A pooled pixel waits. Between the pixels of a map whoever sends them is busy. */
      busy: output(bit),
    },
    build({ pixels, pooled, busy }, m) {
      const column = m.reg("column", uint(addressWidth(width)), { reset: 0 });
      const row = m.reg("row", uint(addressWidth(height)), { reset: 0 });
      /** Place in the square, and which square of the row. */
      const inColumn = m.reg("inColumn", uint(addressWidth(size)), { reset: 0 });
      const inRow = m.reg("inRow", uint(addressWidth(size)), { reset: 0 });
      const square = m.reg("square", uint(addressWidth(across)), { reset: 0 });
      const full = m.reg("full", bit, { reset: false });
      const result = m.reg("result", pixel);
      pooled.valid.set(full);
      pooled.data.set(result);
      pixels.ready.set(full.not().or(pooled.ready));
      busy.set(full);

      const beside = m.reg("beside", pixel);
      const ofRow = m.node("ofRow", select(pixel, inColumn.eq(0), 0, beside).or(pixels.data));
      // Beyond the last whole square of a row, or of a column, too few pixels follow for these.
      const rowEnds = m.node("rowEnds", inColumn.eq(size - 1));
      const above = m.mem("above", across, pixel);
      const soFar = m.node("soFar", select(pixel, inRow.eq(0), 0, above.read("stored", square)).or(ofRow));
      above.write({ address: square, data: soFar, enable: pixels.fire.and(rowEnds) });

      const last = m.node("last", inRow.eq(size - 1));
      const ends = m.node("ends", rowEnds.and(last));
      const lastColumn = m.node("lastColumn", column.eq(width - 1));
      const lastRow = m.node("lastRow", row.eq(height - 1));
      m.when(pixels.fire, () => {
        beside.set(ofRow);
        result.set(soFar);
        full.set(ends);
        m.when(lastColumn, () => {
          column.set(0);
          inColumn.set(0);
          square.set(0);
          row.set(select(row.type, lastRow, 0, row.addWrap(1)));
          inRow.set(select(inRow.type, last.or(lastRow), 0, inRow.addWrap(1)));
        }).otherwise(() => {
          column.set(column.addWrap(1));
          inColumn.set(select(inColumn.type, rowEnds, 0, inColumn.addWrap(1)));
          m.when(rowEnds, () => square.set(square.addWrap(1)));
        });
      }).elseWhen(pooled.ready, () => full.set(false));
    },
  };
});
