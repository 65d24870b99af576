import { type FuzzResult, fuzz } from "../fuzz/run.ts";
import type { BenchRow } from "./row.ts";

const cycles = 100;
const circuits = 1000;
/** Enough to meet every engine within minutes; `make fuzz` runs twenty times as many. */
const counts = { icarus: 100, verilator: 50, "yosys/gates": 25, "yosys/ice40": 0 };
const operatorsBar = 30;

/** A share of the long run with a fresh seed: circuits that each engine ran, and mismatches with the oracle. */
export async function benchFuzz(log: (line: string) => void): Promise<BenchRow[]> {
  const seed = 1 + (Date.now() % 1_000_000_000);
  log(`${circuits} circuits from seed ${seed}; make fuzz SEED=${seed} COUNT=${circuits} runs them again`);
  return fuzzRows(await fuzz({ seed, circuits, cycles, counts, log }));
}

function fuzzRows({ ran, mismatches }: FuzzResult): BenchRow[] {
  const operators = ran.get("wasm")?.operators ?? 0;
  const row = (engine: string, name: string, bar: number): BenchRow => {
    const value = ran.get(name)?.circuits ?? 0;
    return { what: `fuzz/${engine}/circuits`, value, unit: "circuits", bar, met: value >= bar };
  };
  return [
    row("wasm", "wasm", circuits),
    row("icarus", "icarus", counts.icarus),
    row("verilator", "verilator", counts.verilator),
    row("yosys", "yosys/gates", counts["yosys/gates"]),
    { what: "fuzz/mismatches", value: mismatches.length, unit: "circuits", bar: 0, met: mismatches.length === 0 },
    {
      what: "fuzz/nodes-a-circuit",
      value: operators,
      unit: "nodes",
      bar: operatorsBar,
      met: operators >= operatorsBar,
    },
  ];
}
