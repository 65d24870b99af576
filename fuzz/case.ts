/** A circuit and what is done to it: the unit that every engine runs. */
import { Dice } from "../hdl/fixtures/dice.ts";
import { randomCircuit } from "../hdl/fixtures/random-circuit.ts";
import type { Circuit, Module, Port } from "../hdl/ir.ts";

export interface FuzzCase {
  readonly seed: number;
  readonly circuit: Circuit;
  /** Whether all engines can take it; else only ours. */
  readonly portable: boolean;
  /** Whether it is small enough to be synthesised in seconds. */
  readonly narrow: boolean;
  /** For each cycle what the inputs are before the edge, resets included, and which clocks rise. */
  readonly cycles: readonly Cycle[];
}

export interface Cycle {
  readonly inputs: ReadonlyMap<string, bigint>;
  readonly clocks: readonly string[];
}

/** Nets of narrow cases are at most this wide: synthesis of wide products takes minutes. */
const narrowWidth = 20;

/** The case of a seed. Of 8 cases one reads memories beyond their depth, and two are narrow. */
export function makeCase(seed: number, cycles: number): FuzzCase {
  const [portable, narrow] = [seed % 8 !== 7, seed % 8 === 3 || seed % 8 === 5];
  const circuit = randomCircuit(seed, {
    portable,
    assertions: true,
    blackBoxes: true,
    ...(narrow ? { mostWidth: narrowWidth } : {}),
  });
  return { seed, circuit, portable, narrow, cycles: randomCycles(circuit, seed, cycles) };
}

/** The inputs of a seed for a circuit that somebody wrote, for whichever engine. */
export function caseOf(circuit: Circuit, seed: number, cycles: number): FuzzCase {
  return { seed, circuit, portable: true, narrow: true, cycles: randomCycles(circuit, seed, cycles) };
}

function randomCycles(circuit: Circuit, seed: number, cycles: number): readonly Cycle[] {
  const dice = new Dice(seed + 1_000_000);
  const ports = inputsOf(circuit);
  const clocks = clocksOf(circuit).map((port) => port.name);
  const apart = sharesMemories(circuit);
  return Array.from({ length: cycles }, () => ({
    inputs: new Map(
      ports.map(({ name, width, role }) => [
        name,
        role === "reset" ? BigInt(dice.below(10) === 0 ? 1 : 0) : dice.bits(width),
      ]),
    ),
    clocks: risingClocks(clocks, apart, dice),
  }));
}

/** Mostly a random subset; where an edge of two clocks at once would be a race for a memory, at most one. */
function risingClocks(clocks: readonly string[], apart: boolean, dice: Dice): readonly string[] {
  if (apart) return dice.once(16) ? [] : [dice.pick(clocks)];
  if (clocks.length === 1) return dice.once(16) ? [] : clocks;
  return clocks.filter(() => !dice.once(3));
}

/** Whether a memory has ports of two clocks. */
function sharesMemories({ modules }: Circuit): boolean {
  return modules.some(({ items }) => {
    const clockOf = new Map<string, string>();
    return items.some((item) => {
      if (item.kind !== "memRead" && item.kind !== "memWrite") return false;
      const first = clockOf.get(item.memory) ?? item.clock;
      clockOf.set(item.memory, first);
      return first !== item.clock;
    });
  });
}

export function topOf(circuit: Circuit): Module {
  return circuit.modules[circuit.modules.length - 1];
}

/** Resets and data inputs of the top. */
export function inputsOf(circuit: Circuit): readonly Port[] {
  return topOf(circuit).ports.filter((port) => port.direction === "input" && port.role !== "clock");
}

export function clocksOf(circuit: Circuit): readonly Port[] {
  return topOf(circuit).ports.filter((port) => port.role === "clock");
}

export function outputsOf(circuit: Circuit): readonly Port[] {
  return topOf(circuit).ports.filter((port) => port.direction === "output");
}
