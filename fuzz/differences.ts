/** What engines do otherwise than the oracle. */
import { type FuzzCase, outputsOf } from "./case.ts";
import { type Difference, firstDifference, type Trace } from "./trace.ts";

export type Engine = (cases: readonly FuzzCase[]) => Promise<readonly Trace[]>;

/**
 * The first difference of each case, if any. A case that makes the engine fail has the error as its difference; it is found
 * by halves when many run together.
 */
export async function findDifferences(
  engine: Engine,
  cases: readonly FuzzCase[],
  expected: readonly Trace[],
): Promise<(Difference | undefined)[]> {
  try {
    const traces = await engine(cases);
    return cases.map(({ circuit }, i) => firstDifference(outputsOf(circuit), expected[i], traces[i]));
  } catch (error) {
    if (cases.length === 1) return [failure(error)];
    const middle = cases.length >> 1;
    return [
      ...(await findDifferences(engine, cases.slice(0, middle), expected.slice(0, middle))),
      ...(await findDifferences(engine, cases.slice(middle), expected.slice(middle))),
    ];
  }
}

function failure(error: unknown): Difference {
  const details = error as { message?: string; found?: unknown };
  const found = `${details.message ?? error}${details.found ? `\n${details.found}` : ""}`;
  return { error: true, cycle: 0, what: "error", expected: "none", found };
}
