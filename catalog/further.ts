import fc from "fast-check";
import type { FurtherCases } from "./generator.ts";

/** A case, and which kind it is of. */
export interface Either<A, B> {
  readonly first?: A;
  readonly second?: B;
}

/** Cases of two kinds, as many of each. */
export function eitherOf<P extends object, A, B>(
  first: FurtherCases<P, A>,
  second: FurtherCases<P, B>,
): FurtherCases<P, Either<A, B>> {
  return {
    arbitrary(parameters) {
      const kinds = [
        first.arbitrary(parameters)?.map((one): Either<A, B> => ({ first: one })),
        second.arbitrary(parameters)?.map((one): Either<A, B> => ({ second: one })),
      ].filter((kind) => kind !== undefined);
      return kinds.length === 0 ? undefined : fc.oneof(...kinds);
    },
    golden: (parameters, of) =>
      of.first === undefined ? second.golden(parameters, of.second as B) : first.golden(parameters, of.first),
    run: (simulation, parameters, of) =>
      of.first === undefined
        ? second.run(simulation, parameters, of.second as B)
        : first.run(simulation, parameters, of.first),
  };
}
