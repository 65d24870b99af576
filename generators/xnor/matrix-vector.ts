import {
  type BitSignal,
  type Builder,
  bit,
  bitWidth,
  defineModule,
  input,
  output,
  record,
  stream,
  type UIntSignal,
  unpack,
} from "../../hdl/index.ts";
import { type ArrayParameters, arrayGeometry, countRegisters, loadSpaces } from "./geometry.ts";
import { inputBuffer } from "./input-buffer.ts";
import { pe } from "./pe.ts";

/**
 * Matrix-vector unit (FINN, section 4.2: the MVTU without its thresholds). A vector streams in, `lanes` bits a word; for each
 * row fold the number of agreeing bits of every processing element's row streams out. A vector takes row folds x column
 * folds cycles, without a gap to the next one; its words come in during its first row fold, or earlier.
 */
export const matrixVector = defineModule("xnor_matrix_vector", (p: ArrayParameters) => {
  const g = arrayGeometry(p);
  const marks = record({ first: bit, last: bit, lastRow: bit });
  return {
    summary: `Matrix-vector unit of ${p.pes} processing elements of ${p.lanes} lanes.`,
    ports: {
      /** A word for the folds or the weights, taken when `loaded`, while no vector is under way. */
      load: input(g.load),
      loaded: input(bit),
      words: input(stream(g.word)),
      counts: output(stream(g.counts)),
      /** A vector is under way. */
      busy: output(bit),
    },
    build({ load, loaded, words, counts, busy }, m) {
      const folds = m.reg("folds", g.folds);
      m.when(loaded.and(load.space.eq(loadSpaces.folds)), () => {
        folds.set(unpack(g.folds, load.data.bits(bitWidth(g.folds) - 1, 0)));
      });

      // Which word of the vector meets which word of weights.
      const column = m.reg("column", g.folds.fields.lastColumn, { reset: 0 });
      const row = m.reg("row", g.folds.fields.lastRow, { reset: 0 });
      const address = m.reg("address", g.weightAddress, { reset: 0 });
      const firstColumn = m.node("firstColumn", column.eq(0));
      const lastColumn = m.node("lastColumn", column.eq(folds.lastColumn));
      // Every plane of an input meets the same weights.
      const plane = p.inputBits > 1 ? m.reg("plane", g.folds.fields.lastPlane, { reset: 0 }) : undefined;
      const first = plane ? m.node("firstWord", firstColumn.and(plane.eq(0))) : firstColumn;
      const last = plane ? m.node("lastWord", lastColumn.and(plane.eq(folds.lastPlane))) : lastColumn;
      const lastRow = m.node("lastRow", row.eq(folds.lastRow));
      const available = m.wire("available", bit);
      const advance = m.wire("advance", bit);
      const issue = m.node("issue", available.and(advance));
      m.when(issue, () => {
        address.set(address.addWrap(1));
        column.set(column.addWrap(1));
        if (plane) {
          m.when(lastColumn, () => {
            column.set(0);
            plane.set(plane.addWrap(1));
            address.set(address.subWrap(resized(folds.lastColumn, address.width)));
          });
        }
        m.when(last, () => {
          if (plane) plane.set(0);
          if (plane) address.set(address.addWrap(1));
          column.set(0);
          row.set(row.addWrap(1));
          m.when(lastRow, () => {
            address.set(0);
            row.set(0);
          });
        });
      });
      const bufferParameters = { width: p.lanes, depth: p.inputDepth };
      const buffer = m.inst("buffer", inputBuffer, bufferParameters, {
        words,
        read: issue,
        lastColumn: last,
        lastRow,
      });
      available.set(buffer.available);

      // The steps under way: words read, bits counted (in several steps with registers inside), counts added. All wait while a result waits.
      const step = (name: string) => ({ valid: m.reg(`${name}_valid`, bit, { reset: false }), of: m.reg(name, marks) });
      const reading = step("reading");
      const inside = Array.from({ length: countRegisters(p) }, (_, i) => step(`inside_${i}`));
      const counting = step("counting");
      const done = m.reg("done", bit, { reset: false });
      const doneLast = m.reg("doneLast", bit);
      advance.set(done.not().or(counts.ready));
      m.when(advance, () => {
        reading.valid.set(issue);
        reading.of.set({ first, last, lastRow });
        let before = reading;
        for (const next of [...inside, counting]) {
          next.valid.set(before.valid);
          next.of.set(before.of);
          before = next;
        }
        done.set(counting.valid.and(counting.of.last));
        doneLast.set(counting.of.lastRow);
      });
      const doubled = plane && planeMarks(m, advance, firstColumn, inside.length);
      const { pes: _, scale: __, ...peParameters } = p;
      const mine = (k: number) => loaded.and(load.space.eq(loadSpaces.weights)).and(load.pe.eq(k));
      counts.valid.set(done);
      counts.data.last.set(doneLast);
      counts.data.counts.forEach((count, k) => {
        const element = m.inst(`pe_${k}`, pe, peParameters, {
          write: mine(k),
          writeAddress: load.address.bits(g.weightAddress.width - 1, 0),
          writeWord: load.data.bits(p.lanes - 1, 0),
          read: issue,
          address,
          activations: buffer.word,
          advance,
          accumulate: counting.valid,
          first: counting.of.first,
          ...(doubled ? { doubled } : {}),
        });
        count.set(element.sum);
      });
      const underWay = [...inside, counting].reduce<BitSignal>((any, next) => any.or(next.valid), reading.valid);
      busy.set(buffer.empty.and(first).not().or(underWay).or(done));
    },
  };
});

/** Whether a plane begins with the word that is counted, as `counting` goes with it. */
function planeMarks(m: Builder, advance: BitSignal, begins: BitSignal, inside: number): BitSignal {
  let mark = begins;
  const names = ["readingPlane", ...Array.from({ length: inside }, (_, i) => `insidePlane_${i}`), "countingPlane"];
  for (const name of names) {
    const next = m.reg(name, bit);
    const before = mark;
    m.when(advance, () => next.set(before));
    mark = next;
  }
  return mark;
}

/** A number that is known to fit, in as many bits. */
function resized(x: UIntSignal, width: number): UIntSignal {
  if (x.width === width) return x;
  return x.width < width ? x.extend(width) : x.wrap(width);
}
