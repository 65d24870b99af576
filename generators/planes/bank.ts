import { addressWidth, bit, defineModule, input, output, uint } from "../../hdl/index.ts";

/** A memory of words for one row or column of units; a word appears an edge after its address. */
export const bank = defineModule("planes_bank", ({ depth, width }: { depth: number; width: number }) => ({
  summary: `${depth} words of ${width} bits.`,
  ports: {
    write: input(bit),
    writeAddress: input(uint(addressWidth(depth))),
    writeWord: input(uint(width)),
    read: input(bit),
    address: input(uint(addressWidth(depth))),
    word: output(uint(width)),
  },
  build({ write, writeAddress, writeWord, read, address, word }, m) {
    const words = m.mem("words", depth, uint(width));
    words.write({ address: writeAddress, data: writeWord, enable: write });
    word.set(words.readClocked("wordOut", { address, enable: read, underWrite: "undefined" }));
  },
}));
