import { lookup } from "../generators/ese/lookup.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { exact, lookupOf } from "../sw-model/ese/nonlinearity.ts";
import { synthesize } from "../synth/synthesize.ts";
import type { BenchRow } from "./row.ts";

/** Options of the look-up of sigmoid and tanh, each with a name of its rows; arguments of 16 bits, 11 of them fraction bits. */
const options = [
  ["table-2048", { lookup: "table", tableSize: 2048, tableRange: 8 }],
  ["table-256", { lookup: "table", tableSize: 256, tableRange: 8 }],
  ["linear-64", { lookup: "linear", tableSize: 64, tableRange: 8 }],
  ["linear-256", { lookup: "linear", tableSize: 256, tableRange: 8 }],
  ["k-tanh-64", { lookup: "k-tanh", tableSize: 64, tableRange: 8 }],
  ["k-tanh-256", { lookup: "k-tanh", tableSize: 256, tableRange: 8 }],
] as const;

const [width, fraction, gateOutputFraction] = [16, 11, 15];

/** Largest errors over every argument, and what the look-up of tanh takes. */
export async function lookupRows(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [option, sets] of options) {
    const parameters = { ...sets, gateOutputFraction };
    for (const name of ["sigmoid", "tanh"] as const) {
      const look = lookupOf(name, parameters, fraction);
      let most = 0;
      for (let z = -(2 ** (width - 1)); z < 2 ** (width - 1); z++) {
        most = Math.max(most, Math.abs(look(z) * 2 ** -gateOutputFraction - exact(name, z * 2 ** -fraction)));
      }
      rows.push({ what: `lookup/${option}/error-${name}`, value: most, unit: "" });
    }
    const { text: verilog, top } = emitVerilog(elaborate(lookup, { name: "tanh", width, fraction, ...parameters }));
    const { lut, ff, bram, dsp } = await synthesize({ verilog, top, target: "xc7", log });
    const { depth } = await synthesize({ verilog, top, target: "gates", log });
    const figures = { "xc7/lut": lut, "xc7/ff": ff, "xc7/bram": bram, "xc7/dsp": dsp, "gates/depth": depth };
    for (const [figure, value] of Object.entries(figures)) {
      if (value !== undefined) rows.push({ what: `lookup/${option}/${figure}`, value, unit: figure.split("/")[1] });
    }
  }
  return rows;
}
