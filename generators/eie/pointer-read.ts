import { bit, defineModule, input, output, select, type UIntSignal } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Column pointers in an even and an odd bank, single-ported, so that both ends of a column are read in one cycle (EIE section
 * IV, "Pointer Read Unit"). Where the column starts and how many entries it has follow one edge after `read`. A column that
 * follows the one read before starts where that one ends, which still stands at its bank: the other bank alone is read.
 */
export const pointerRead = defineModule("eie_pointer_read", (p: EieParameters) => {
  const { pointer, pointerIndex, entryAddress, rowCount } = eieGeometry(p);
  return {
    summary: "Start and length of a column, from pointers in an even and an odd bank.",
    ports: {
      write: input(bit),
      writeIndex: input(pointerIndex),
      writePointer: input(pointer),
      read: input(bit),
      /** The column is the one after the column read last, and no pointer was written since. */
      follows: input(bit),
      index: input(pointerIndex),
      start: output(entryAddress),
      count: output(rowCount),
      /** There are entries: what stops a broadcast follows from it, so it does not wait for the difference. */
      nonempty: output(bit),
    },
    build({ write, writeIndex, writePointer, read, follows, index, start, count, nonempty }, m) {
      const bankDepth = Math.ceil(p.columnDepth / 2);
      const even = m.mem("evenBank", bankDepth, pointer);
      const odd = m.mem("oddBank", bankDepth, pointer);
      const bankAddress = (i: typeof index) => i.bits(pointerIndex.width - 1, 1);

      // The even bank holds the end of an odd column, one word further on.
      const writeEven = m.node("writeEven", write.and(writeIndex.bit(0).not()));
      const writeOdd = m.node("writeOdd", write.and(writeIndex.bit(0)));
      const startOdd = index.bit(0);
      const readEven = m.node("readEven", read.and(follows.not().or(startOdd)));
      const readOdd = m.node("readOdd", read.and(follows.and(startOdd).not()));
      const next = m.node("nextIndex", index.addWrap(1));
      const evenAddress = m.node("evenAddress", bankAddress(select(pointerIndex, write, writeIndex, next)));
      const evenPointer = even.readWrite("evenPointer", {
        address: evenAddress,
        enable: m.node("evenUsed", readEven.or(writeEven)),
        write: writeEven,
        data: writePointer,
        underWrite: "undefined",
      });
      const oddAddress = m.node("oddAddress", bankAddress(select(pointerIndex, write, writeIndex, index)));
      const oddPointer = odd.readWrite("oddPointer", {
        address: oddAddress,
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
