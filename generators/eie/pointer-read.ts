import { bit, defineModule, input, output, select, uint } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Column pointers in an even and an odd bank, so that both ends of a column are read in one cycle (EIE section IV,
 * "Pointer Read Unit"). The pointers follow one edge after `read`.
 */
export const pointerRead = defineModule("eie_pointer_read", (p: EieParameters) => {
  const { pointer, pointerIndex } = eieGeometry(p);
  return {
    summary: "Column pointers p[index] and p[index + 1], from an even and an odd bank.",
    ports: {
      write: input(bit),
      writeIndex: input(pointerIndex),
      writePointer: input(pointer),
      read: input(bit),
      index: input(pointerIndex),
      start: output(pointer),
      stop: output(pointer),
    },
    build({ write, writeIndex, writePointer, read, index, start, stop }, m) {
      const bankDepth = Math.ceil(p.columnDepth / 2);
      const even = m.mem("evenBank", bankDepth, pointer);
      const odd = m.mem("oddBank", bankDepth, pointer);
      const bankAddress = (i: typeof index) => i.bits(pointerIndex.width - 1, 1);

      const writeOdd = writeIndex.bit(0);
      even.write({ address: bankAddress(writeIndex), data: writePointer, enable: write.and(writeOdd.not()) });
      odd.write({ address: bankAddress(writeIndex), data: writePointer, enable: write.and(writeOdd) });

      // The even bank holds the end of an odd column, one word further on. Loading and computing never overlap.
      const next = m.node("nextIndex", index.addWrap(1));
      const evenPointer = even.readClocked("evenPointer", {
        address: bankAddress(next),
        enable: read,
        underWrite: "undefined",
      });
      const oddPointer = odd.readClocked("oddPointer", {
        address: bankAddress(index),
        enable: read,
        underWrite: "undefined",
      });
      const startsOdd = m.reg("startsOdd", bit);
      m.when(read, () => startsOdd.set(index.bit(0)));
      start.set(select(uint(pointer.width), startsOdd, oddPointer, evenPointer));
      stop.set(select(uint(pointer.width), startsOdd, evenPointer, oddPointer));
    },
  };
});
