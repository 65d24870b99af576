/** Verilog that was not made here, on the engines. */
import { join } from "node:path";
import { bit, input, output, sint } from "../hdl/index.ts";
import { importVerilog, startLockstep } from "../testbench/index.ts";

// #region import
/** Verilog from elsewhere, with the ports that a test bench expects. */
export const average = () =>
  importVerilog([join(import.meta.dirname, "foreign", "average.v")], "average", {
    parameters: { WIDTH: 12 },
    ports: { en: input(bit), sample: input(sint(12)), mean: output(sint(12)) },
  });

export async function means(): Promise<string> {
  const simulation = await startLockstep(await average(), ["verilator", "icarus"]);
  try {
    const rows = [100, 300, 500].map((sample) => [1, sample]);
    const [values] = await simulation.execute([{ kind: "batch", inputs: ["en", "sample"], rows, outputs: ["mean"] }]);
    return values.join(" ");
  } finally {
    await simulation.close();
  }
}
// #endregion
