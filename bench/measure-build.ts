/** A program: the seconds from the Verilog of the 64-PE EIE array to its first cycle, built or found in the cache. */
import { designOf } from "../testbench/design.ts";
import { startVerilator } from "../testbench/verilator/index.ts";
import { subjects } from "./subjects.ts";

const subject = subjects.find(({ name }) => name === "eie64");
if (!subject) throw new Error("no subject eie64");
const design = designOf(subject.circuit());
const begun = performance.now();
const simulation = await startVerilator(design);
await simulation.execute([{ kind: "step", cycles: 1 }]);
const seconds = (performance.now() - begun) / 1000;
await simulation.close();
process.stdout.write(`${seconds}`);
