/** A program: runs the subject named on its command line through the bridge and prints a `BridgeMeasurement` as JSON. */
import { designOf } from "../testbench/design.ts";
import { startVerilator } from "../testbench/verilator/index.ts";
import { bridgeSubjects } from "./bridge-subjects.ts";

export interface BridgeMeasurement {
  /** Hash of all outputs of all cycles. */
  readonly hash: string;
  readonly seconds: number;
  readonly cycles: number;
}

const [what, cycles] = process.argv.slice(2);
const subject = bridgeSubjects.find((candidate) => candidate.what === what);
if (!subject) throw new Error(`no subject ${what}`);
// The harness has no checks either.
const options = { transport: subject.transport ?? "child", checks: false } as const;
const simulation = await startVerilator(designOf(subject.circuit()), options);
await subject.traffic.prepare(simulation);
const before = simulation.edges;
const begun = performance.now();
const hash = await subject.traffic.run(simulation, Number(cycles));
const seconds = (performance.now() - begun) / 1000;
const measurement: BridgeMeasurement = { hash, seconds, cycles: simulation.edges - before };
await simulation.close();
process.stdout.write(JSON.stringify(measurement));
