import type { Simulation } from "../simulation.ts";
import { brokenPromise, lastValue, type RegisterAccess } from "./register-access.ts";

/** Writes of registers of which the last one gives a command, and what it asks for. */
export interface LimitCase {
  readonly name: string;
  readonly writes: readonly (readonly [register: string, fields: Readonly<Record<string, number>>])[];
}

/** Gives the command and looks whether it is accepted. */
export async function tryCommand(
  simulation: Simulation,
  registers: RegisterAccess,
  { name, writes }: LimitCase,
  answer: "OKAY" | "SLVERR",
): Promise<void> {
  const found = lastValue(await simulation.execute(writes.map(([to, fields]) => registers.write(to, fields))));
  if (found !== (answer === "OKAY" ? 0n : 2n)) throw brokenPromise(name, answer, `${found}`);
}
