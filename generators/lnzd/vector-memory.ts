import { addressWidth, bit, defineModule, input, output, stream, type UIntType, uint } from "../../hdl/index.ts";
import { flagScan } from "./flag-scan.ts";
import { setBitType } from "./set-bits.ts";

export interface VectorMemoryParameters {
  /** Words, one or more. */
  readonly depth: number;
  /** Bits of a word. */
  readonly width: number;
  readonly scanWidth: number;
}

/**
 * A memory with a flag beside each word that tells whether it is zero, written with it. Gives the words that are not, one an
 * edge in the order of their addresses, then an end mark.
 */
export const vectorMemory = defineModule("lnzd_vector_memory", (p: VectorMemoryParameters) => {
  const address = uint(addressWidth(p.depth)) as UIntType;
  const word = uint(p.width) as UIntType;
  return {
    summary: `Memory of ${p.depth} words of ${p.width} bits that gives those that are not zero, one an edge.`,
    ports: {
      write: input(bit),
      address: input(address),
      data: input(word),
      /** All words are zero. */
      clear: input(bit),
      /** Give the words; nothing is written until the end mark has come. */
      start: input(bit),
      /** The first word comes 2 edges a level of flags after `start` was taken. The word of the end mark is not zero. */
      words: output(stream(setBitType(address.width, p.width))),
    },
    build(io, m) {
      const memory = m.mem("values", p.depth, word);
      memory.write({ address: io.address, data: io.data, enable: io.write });
      const { found } = m.inst(
        "scan",
        flagScan,
        { flags: p.depth, scanWidth: p.scanWidth },
        { write: io.write, writeIndex: io.address, writeFlag: io.data.nonzero(), clear: io.clear, start: io.start },
      );

      // The word is read while its number goes through a register.
      const full = m.reg("full", bit, { reset: false });
      const end = m.reg("atEnd", bit);
      const index = m.reg("index", address);
      found.ready.set(full.not().or(io.words.ready));
      const taken = m.node("taken", found.fire);
      m.when(taken, () => {
        full.set(true);
        end.set(found.data.end);
        index.set(found.data.index);
      }).elseWhen(io.words.ready, () => full.set(false));
      const read = memory.readClocked("read", { address: found.data.index, enable: taken, underWrite: "undefined" });
      io.words.valid.set(full);
      io.words.data.set({ end, index, value: read });
    },
  };
});
