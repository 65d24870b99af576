import type { Measurement } from "./measure-simulator.ts";
import { measured } from "./measured.ts";
import { median } from "./median.ts";
import { buildReference, hashDiffers, runReference } from "./reference.ts";
import type { BenchRow } from "./row.ts";
import { subjects } from "./subjects.ts";

const rounds = 5;
/** A start takes milliseconds, so whatever else the machine does shows in one; there are more of them than rounds. */
const startRounds = 15;
const startupBarMs = 50;

/**
 * The in-process simulator against the raw C++ harness on Verilator: cycles a second with every input set and every output
 * read in every cycle, alternating, medians of five; and the time from a finished circuit to the first cycle, the median of
 * fifteen. Both must compute the same hash.
 */
export async function benchSimulator(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const own = async (name: string, cycles: number): Promise<Measurement> =>
    JSON.parse(await measured("measure-simulator", [name, `${cycles}`]));
  for (const subject of subjects) {
    const circuit = subject.circuit();
    const program = await buildReference(subject, circuit, log);
    const [ours, theirs]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      log(`${subject.name}: round ${round + 1} of ${rounds}`);
      const { hash, seconds } = await runReference(program, subject.cycles);
      theirs.push(subject.cycles / seconds);
      const run = await own(subject.name, subject.cycles);
      ours.push(subject.cycles / run.seconds);
      if (run.hash !== hash) throw hashDiffers(subject.name, hash, run.hash);
    }
    const starts: number[] = [];
    for (let round = 0; round < startRounds; round++) starts.push((await own(subject.name, 0)).startupMs);
    const [value, reference] = [median(ours), median(theirs)];
    const ratio = value / reference;
    rows.push({
      what: `${subject.name}/wasm/throughput`,
      value,
      unit: "cycles/s",
      reference,
      ratio,
      bar: subject.bar,
      met: ratio >= subject.bar,
    });
    const start = median(starts);
    rows.push({
      what: `${subject.name}/wasm/startup-ms`,
      value: start,
      unit: "ms",
      ...(subject.name === "array64" ? { bar: startupBarMs, met: start <= startupBarMs } : {}),
    });
  }
  return rows;
}
