/** A program: elaborates the design named on its command line, emits its Verilog, and prints the seconds that took. */
import { emitVerilog } from "../hdl/index.ts";
import { largeDesigns } from "./subjects.ts";

const design = largeDesigns.find(({ name }) => name === process.argv[2]);
if (!design) throw new Error(`no design ${process.argv[2]}`);
const begun = performance.now();
const { text } = emitVerilog(design.circuit());
const seconds = (performance.now() - begun) / 1000;
if (!text.includes("endmodule")) throw new Error("no Verilog came out");
process.stdout.write(`${seconds}`);
