import { bit, defineModule, input, output, select, type UIntSignal } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Column pointers in an even and an odd bank, single-ported, so that both ends of a column are read in one cycle (EIE section
 * IV, "Pointer Read Unit"). Where the column starts and how many entries it has follow one edge after `read`. A column that
 * follows the one read before starts where that one ends, which still stands at its bank: the other bank alone is read.
 */
export const pointerRead = defineModule("eie_pointer_read", (p: EieParameters) => {
  const { pointer, pointerIndex, bankWord, entryAddress, rowCount } = eieGeometry(p);
  return {
    summary: "Start and length of a column, from pointers in an even and an odd bank.",
    ports: {
      /** The pointer at `index` is written; nothing is read. */
      write: input(bit),
      writePointer: input(pointer),
      read: input(bit),
      /** The column is the one after the column read last, and no pointer was written since. */
      follows: input(bit),
      index: input(pointerIndex),
      /** The word of the even bank that holds pointer `index`, or the one after it. */
      even: input(bankWord),
      start: output(entryAddress),
      count: output(rowCount),
      /** There are entries: what stops a broadcast follows from it, so it does not wait for the difference. */
      nonempty: output(bit),
    },
    build({ write, writePointer, read, follows, index, even, start, count, nonempty }, m) {
      const bankDepth = Math.ceil(p.columnDepth / 2);
      const evenBank = m.mem("evenBank", bankDepth, pointer);
      const oddBank = m.mem("oddBank", bankDepth, pointer);
      const startOdd = index.bit(0);
      const writeEven = m.node("writeEven", write.and(startOdd.not()));
      const writeOdd = m.node("writeOdd", write.and(startOdd));
      const readEven = m.node("readEven", read.and(follows.not().or(startOdd)));
      const readOdd = m.node("readOdd", read.and(follows.and(startOdd).not()));
      const evenPointer = evenBank.readWrite("evenPointer", {
        address: even,
        enable: m.node("evenUsed", readEven.or(writeEven)),
        write: writeEven,
        data: writePointer,
        underWrite: "undefined",
      });
      const oddPointer = oddBank.readWrite("oddPointer", {
        address: index.bits(pointerIndex.width - 1, 1),
        enable: m.node("oddUsed", readOdd.or(writeOdd)),
        write: writeOdd,
        data: writePointer,
        underWrite: "undefined",
      });
      const startsOdd = m.reg("startsOdd", bit);
      m.when(read, () => startsOdd.set(startOdd));
      const first = m.node("first", select(pointer, startsOdd, oddPointer, evenPointer));
      const stop = m.node("stop", select(pointer, startsOdd, evenPointer, oddPointer));
      // Only a pointer past the last entry has the bit that an address lacks, and no column starts there but an empty one.
      start.set(first.bits(entryAddress.width - 1, 0));
      // A column has at most an entry a row, so the low bits tell how many.
      const low = (bound: UIntSignal) =>
        bound.width > rowCount.width ? bound.wrap(rowCount.width) : bound.extend(rowCount.width);
      count.set(low(stop).subWrap(low(first)));
      nonempty.set(low(evenPointer).ne(low(oddPointer)));
    },
  };
});
