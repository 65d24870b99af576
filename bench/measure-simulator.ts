/**
 * A program: runs the subject named on its command line in the in-process simulator, for as many cycles as the second word
 * says, and prints a `Measurement` as JSON.
 */
import { Simulator } from "../hdl/index.ts";
import { subjects } from "./subjects.ts";
import { started } from "./traffic.ts";

export interface Measurement {
  /** Hash of all outputs of all cycles. */
  readonly hash: string;
  readonly seconds: number;
  /** From the finished circuit to the first cycle. */
  readonly startupMs: number;
}

const [name, cycles] = process.argv.slice(2);
const subject = subjects.find((candidate) => candidate.name === name);
if (!subject) throw new Error(`no subject ${name}`);
const circuit = subject.circuit();
const created = performance.now();
const simulator = new Simulator(circuit);
simulator.step();
const startupMs = performance.now() - created;
started(simulator, subject.traffic);
const begun = performance.now();
const hash = subject.traffic.run(simulator, Number(cycles));
const measurement: Measurement = { hash, seconds: (performance.now() - begun) / 1000, startupMs };
process.stdout.write(JSON.stringify(measurement));
