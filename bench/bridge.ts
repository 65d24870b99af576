import { randomBytes } from "node:crypto";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../platform/cache.ts";
import { temporaryFolder } from "../platform/temporary.ts";
import { prepareVerilator } from "../testbench/verilator/index.ts";
import { type BridgeSubject, bridgeSubjects } from "./bridge-subjects.ts";
import type { BridgeMeasurement } from "./measure-bridge.ts";
import { measured } from "./measured.ts";
import { median } from "./median.ts";
import { buildReference, hashDiffers, runReference } from "./reference.ts";
import type { BenchRow } from "./row.ts";

const rounds = 5;
const coldRounds = 3;
const [coldBar, warmBar] = [30, 0.3];

/**
 * Verilated models behind the bridge against the raw C++ harness: cycles a second at each grain and transport, alternating,
 * medians of five, both with the same hash of all outputs; and the time to build a large model.
 */
export async function benchBridge(log: (line: string) => void): Promise<BenchRow[]> {
  await prepareVerilator(log);
  const rows: BenchRow[] = [];
  for (const subject of bridgeSubjects) rows.push(await throughput(subject, log));
  rows.push(...(await buildTimes(log)));
  return rows;
}

async function throughput(subject: BridgeSubject, log: (line: string) => void): Promise<BenchRow> {
  const { what, cycles, referenceCycles = cycles, bar } = subject;
  const program = await buildReference({ name: what, number: subject.number }, subject.circuit(), log);
  const ours = async (count: number): Promise<BridgeMeasurement> =>
    JSON.parse(await measured("measure-bridge", [what, `${count}`]));
  // The model is built here, and the two are compared over as many cycles as both can run.
  log(`${what}: the first run builds the model`);
  const [theirs, own] = [await runReference(program, cycles), await ours(cycles)];
  if (theirs.hash !== own.hash) throw hashDiffers(what, theirs.hash, own.hash);
  const rates: { value: number; reference: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    log(`${what}: round ${round} of ${rounds}`);
    const reference = await runReference(program, referenceCycles);
    const measurement = await ours(cycles);
    rates.push({
      value: measurement.cycles / measurement.seconds,
      reference: reference.cycles / reference.seconds,
    });
  }
  const value = median(rates.map((rate) => rate.value));
  const reference = median(rates.map((rate) => rate.reference));
  const ratio = value / reference;
  return { what, value, unit: "cycles/s", reference, ratio, bar, met: ratio >= bar };
}

/**
 * From Verilog to the first cycle: cold, with no model in the cache but what `make setup` compiles, and warm, as a later process finds it.
 */
async function buildTimes(log: (line: string) => void): Promise<BenchRow[]> {
  const seconds = { cold: [] as number[], warm: [] as number[] };
  for (let round = 1; round <= coldRounds; round++) {
    const cache = await temporaryFolder(join(cacheRoot(), "tmp", `bench-${randomBytes(8).toString("hex")}`));
    try {
      for (const kind of ["runtime", "bridge"]) symlinkSync(join(cacheRoot(), kind), join(cache.path, kind));
      log(`eie64: cold build ${round} of ${coldRounds}`);
      const start = async () => Number(await measured("measure-build", [], { WHITTLE_CACHE: cache.path }));
      seconds.cold.push(await start());
      for (let again = 0; again < rounds; again++) seconds.warm.push(await start());
    } finally {
      await cache.remove();
    }
  }
  const [cold, warm] = [median(seconds.cold), median(seconds.warm)];
  return [
    { what: "eie64/build-cold-s", value: cold, unit: "s", bar: coldBar, met: cold <= coldBar },
    { what: "eie64/build-warm-s", value: warm, unit: "s", bar: warmBar, met: warm <= warmBar },
  ];
}
