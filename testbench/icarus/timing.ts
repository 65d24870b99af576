import { withBlanks } from "../../platform/verilog-text.ts";
import type { DesignUnderTest } from "../simulation.ts";

/** How time passes in a generated testbench. */
export interface Timing {
  /** Unit of time of the testbench, and of modules that have none. */
  readonly unit: string;
  /** Units that each level of the clock lasts. */
  readonly wait: number;
}

/**
 * Delays of a design mean nothing but that they pass before anything is looked at, as in a Verilated model that leaves them out. The unit is the
 * largest of the design: ticks of a femtosecond in a testbench of seconds would run out after nine thousand cycles.
 */
export function timingOf({ verilog }: Pick<DesignUnderTest, "verilog">): Timing {
  const code = withBlanks(verilog).replace(/#\s*\(\s*(?=\.)/g, " ");
  const units = Array.from(code.matchAll(/`timescale\s+(10{0,2})\s*(s|[munpf]s)\b/g), ([, number, unit]) => ({
    unit: `${number}${unit}`,
    femtoseconds: Number(number) * femtoseconds[unit],
  }));
  const { unit } = units.reduce((most, one) => (one.femtoseconds > most.femtoseconds ? one : most), {
    unit: "1ns",
    femtoseconds: 0,
  });
  // A path may go through hundreds of delays, and a macro may be one.
  const delays = Array.from(code.matchAll(/#[\s(]*(\d[\d_]*)?/g), ([, number = "0"]) =>
    Number(number.replaceAll("_", "")),
  );
  return { unit, wait: delays.length === 0 ? 1 : 1000 * Math.max(100, ...delays) };
}

const femtoseconds: Readonly<Record<string, number>> = { s: 1e15, ms: 1e12, us: 1e9, ns: 1e6, ps: 1e3, fs: 1 };
