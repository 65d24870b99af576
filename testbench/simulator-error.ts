import { UserError } from "../sw-model/errors.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** What is known about a simulator when something goes wrong. */
export interface SimulatorContext {
  readonly engine: string;
  readonly design: DesignUnderTest;
  /** The folder with the Verilog and the compiled model. */
  readonly folder: string;
  /** The last lines that it printed. */
  lastLines(): string;
}

/** How a simulator failed: it ended, it did not answer in time, it broke the protocol, or a command could not be done. */
export type SimulatorFailure = "simulator-died" | "simulator-hung" | "simulator-garbage" | "command-failed";

/** The error for a failed simulator (exit status 1): what it was doing, its last lines, where its files lie. */
export function simulatorError(
  context: SimulatorContext,
  code: SimulatorFailure,
  doing: string,
  problem: string,
  expected = "an answer",
): UserError {
  const lines = context.lastLines();
  return new UserError(
    {
      code,
      message: `${context.engine}: ${context.design.top}: ${problem} (command: ${doing})`,
      where: `${context.design.top}: ${doing}`,
      expected,
      found: lines === "" ? `${problem}; it printed nothing` : `${problem}; its last lines:\n${lines}`,
      hint: `its files lie in ${context.folder}`,
    },
    1,
  );
}

/** The part of a child's result that tells how it ended. */
export interface ExitOfChild {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly shortMessage?: string | undefined;
}

/** How a child process ended, in words. */
export function describeExit(result: ExitOfChild): string {
  if (result.signal !== undefined) return `the simulator was ended by ${result.signal}`;
  if (result.exitCode !== undefined) return `the simulator ended with exit status ${result.exitCode}`;
  return `the simulator could not run (${result.shortMessage ?? "unknown reason"})`;
}
