/** Fewer and quieter cycles. */
import type { FuzzCase } from "../case.ts";

export function* fewerCycles(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { cycles } = fuzzCase;
  for (let size = Math.floor(cycles.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let end = cycles.length; end > 0; end -= size)
      yield { ...fuzzCase, cycles: [...cycles.slice(0, Math.max(0, end - size)), ...cycles.slice(end)] };
}

/** An input that is 0 throughout, or in one cycle. */
export function* quieterInputs(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { cycles } = fuzzCase;
  const names = [...(cycles[0]?.inputs.keys() ?? [])];
  const silence = (name: string, from: number, to: number) => ({
    ...fuzzCase,
    cycles: cycles.map((cycle, i) =>
      i >= from && i < to ? { ...cycle, inputs: new Map(cycle.inputs).set(name, 0n) } : cycle,
    ),
  });
  for (const name of names) yield silence(name, 0, cycles.length);
  for (let i = 0; i < cycles.length; i++) for (const name of names) yield silence(name, i, i + 1);
}
