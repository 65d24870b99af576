/** Chapter 10: the Verilog and where it comes from. */
import { blackBoxMemories, elaborate, emitVerilog, sourceOf, verilogAt } from "../../hdl/index.ts";
import { synthesize } from "../../synth/synthesize.ts";
import { histogram } from "../histogram.ts";
import { mac } from "../mac.ts";
import { excerpt } from "./shown.ts";

const circuit = elaborate(mac, { width: 8, accWidth: 16 });

export const macVerilog = () => emitVerilog(circuit).text;

// #region positions
export function whereIs(): string {
  const { positions, text } = emitVerilog(circuit);
  const made = sourceOf(positions, "mac", "total");
  const lines = verilogAt(positions, "examples/mac.ts", 25);
  return [
    `total: ${made?.file}:${made?.line}:${made?.column}`,
    ...lines.map(({ line, net }) => `examples/mac.ts:25, ${net}: ${text.split("\n")[line - 1]}`),
  ].join("\n");
}
// #endregion

// #region black-box-memories
export function boxed(): string {
  const circuit = elaborate(histogram, { bins: 1024, countBits: 16 });
  return emitVerilog(blackBoxMemories(circuit)).text;
}
// #endregion

export const boxedVerilog = () => excerpt(boxed(), "counts (", ");");

// #region area
export async function area(): Promise<string> {
  const { text, top } = emitVerilog(elaborate(mac, { width: 8, accWidth: 32 }));
  const { ff, dsp } = await synthesize({ verilog: text, top, target: "xc7" });
  return `${ff} flip-flops, ${dsp} DSP`;
}
// #endregion
