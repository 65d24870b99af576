/** Chapter 6: memories and ROMs. */
import { bit, defineModule, fixed, input, output, record, uint } from "../../hdl/index.ts";
import { memoryExpectations } from "../../synth/fixtures/memory-expectations.ts";
import { excerpt, refusal, verilogOf } from "./shown.ts";

// #region buffer
/** A line of pixels: written byte by byte, read as words a cycle later. */
export const line = defineModule("line", (p: { words: number }) => ({
  ports: {
    write: input(record({ enable: bit, address: uint(Math.log2(p.words)), data: uint(32), lanes: uint(4) })),
    address: input(uint(Math.log2(p.words))),
    word: output(uint(32)),
  },
  build({ write, address, word }, m) {
    const pixels = m.mem("pixels", p.words, uint(32));
    m.when(write.enable, () => {
      pixels.write({ address: write.address, data: write.data, mask: write.lanes });
    });
    word.set(pixels.readClocked("pixel", { address, underWrite: "old" }));
  },
}));
// #endregion

export const lineVerilog = () => excerpt(verilogOf(line, { words: 512 }), "reg [31:0] pixels", "endmodule");

// #region sine
const steps = 256;
const wave = Array.from({ length: steps }, (_, i) => ({
  raw: Math.round(Math.sin((2 * Math.PI * i) / steps) * 0x7f),
}));

/** A sine wave from a table; `phase` is the fraction of a turn. */
export const sine = defineModule("sine", (_: Record<never, never>) => ({
  ports: { phase: input(uint(8)), value: output(fixed(1, 7)) },
  build({ phase, value }, m) {
    const samples = m.rom("samples", fixed(1, 7), wave);
    value.set(samples.readClocked("entry", { address: phase, underWrite: "old" }));
  },
}));
// #endregion

export const sineVerilog = () => {
  const text = verilogOf(sine, {});
  return `${excerpt(text, "reg [7:0] samples", "initial begin")}\n    …\n${excerpt(text, "always @", "endmodule")}`;
};

export const wrongAddress = () =>
  refusal({ index: input(uint(9)), word: output(uint(8)) }, ({ index, word }, m) => {
    const words = m.mem("words", 256, uint(8), { init: [1, 2, 3] });
    word.set(words.read("found", index));
  });

/** A row a template, with what Yosys makes of it; a test holds it to that. */
export const inference = () =>
  [
    "| template | words × bits | `xc7` | `ice40` |",
    "|---|---|---|---|",
    ...memoryExpectations.map(
      ({ name, parameters: { depth, width }, xc7 = "none", ice40 = "none" }) =>
        `| ${name} | ${depth} × ${width} | ${xc7} | ${ice40} |`,
    ),
  ].join("\n");
