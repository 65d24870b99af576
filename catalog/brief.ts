import type { Generator } from "./generator.ts";

/** The generator without its long directed cases, for runs over many designs. */
export function brief<P extends object, Operation, Result>(
  generator: Generator<P, Operation, Result>,
): Generator<P, Operation, Result> {
  const { cases } = generator;
  return { ...generator, cases: { ...cases, directed: (p) => cases.directed(p).filter(({ long }) => !long) } };
}
