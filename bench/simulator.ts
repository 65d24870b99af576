import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Circuit, emitVerilog } from "../hdl/index.ts";
import { writeFileAtomically } from "../platform/atomic-write.ts";
import { cached } from "../platform/cache.ts";
import { spawnChild } from "../platform/children.ts";
import { packageRoot } from "../platform/package-root.ts";
import { requireTool, toolVersion } from "../platform/tools.ts";
import { UserError } from "../sw-model/errors.ts";
import { runTool } from "../testbench/compile.ts";
import type { Measurement } from "./measure-simulator.ts";
import { measured } from "./measured.ts";
import { median } from "./median.ts";
import type { BenchRow } from "./row.ts";
import { type Subject, subjects } from "./subjects.ts";

const rounds = 5;
const startupBarMs = 50;

/**
 * The in-process simulator against the raw C++ harness on Verilator: cycles a second with every input set and every output
 * read in every cycle, alternating, medians of five; and the time from a finished circuit to the first cycle. Both must
 * compute the same hash.
 */
export async function benchSimulator(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const subject of subjects) {
    const circuit = subject.circuit();
    const program = await buildReference(subject, circuit, log);
    const starts: number[] = [];
    const [ours, theirs]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      log(`${subject.name}: round ${round + 1} of ${rounds}`);
      const { stdout } = await spawnChild(program, [`${subject.cycles}`], {});
      const [hash, seconds] = stdout.split(" ");
      theirs.push(subject.cycles / Number(seconds));
      const own: Measurement = JSON.parse(await measured("measure-simulator", subject.name));
      starts.push(own.startupMs);
      ours.push(subject.cycles / own.seconds);
      if (own.hash !== hash) throw differs(subject, hash, own.hash);
    }
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

/** The emitted Verilog with the C++ harness, built as fast as Verilator builds it. */
async function buildReference(subject: Subject, circuit: Circuit, log: (line: string) => void): Promise<string> {
  const verilator = requireTool("verilator");
  const { text, top } = emitVerilog(circuit);
  const source = join(packageRoot(), "bench", "harness", "traffic.cpp");
  const version = String(await toolVersion("verilator", verilator));
  const defines = `-DDESIGN=${subject.number} -DMODEL=V${top}`;
  const flags = [
    "-O3",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
    "--noassert",
    "-MAKEFLAGS",
    "OPT_FAST=-O3",
    "-CFLAGS",
    defines,
  ];
  const key = [version, text, readFileSync(source), flags.join(" ")];
  const folder = await cached("bench", key, async (place, keptOnFailure) => {
    log(`${subject.name}: compiling the reference with Verilator`);
    writeFileAtomically(join(place, `${top}.v`), text);
    const words = ["--cc", "--exe", "--build", "-j", "2", ...flags, "--top-module", top, `${top}.v`, source];
    await runTool({ tool: "verilator", path: verilator, arguments: words, folder: place, keptOnFailure });
  });
  return join(folder, "obj_dir", `V${top}`);
}

function differs({ name }: Subject, expected: string, found: string): UserError {
  return new UserError(
    {
      code: "hash-differs",
      message: `${name}: the simulators disagree`,
      where: name,
      expected: `hash ${expected}`,
      found: `hash ${found}`,
    },
    1,
  );
}
