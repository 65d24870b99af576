import { HdlError } from "../errors.ts";
import { refuse } from "../messages/problems.ts";
import type { Builder } from "../module/builder.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { here } from "../position.ts";
import type { StreamSource, ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { bit, type DataType } from "../types.ts";
import { branchesOf } from "./flow.ts";
import { flowOf, timedAt } from "./timing.ts";

/**
 * Every word of `source` to each of `branches` streams. Eager: a branch gets its word as soon as there is one, whether the
 * others can take theirs or not, so that no `valid` waits for a `ready`; the next word comes when all have taken this one.
 * Latency 0, a word an edge.
 */
export function forked<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  branches: number,
): StreamSource<T>[] {
  refuseNoBuilder("forked", m);
  refuseNoStream("forked", source);
  if (!Number.isInteger(branches) || branches < 2) {
    const message = `The fork "${name}" has ${branches} branches.`;
    const hint = "For one branch use the stream itself; a stream that nobody takes has ready set to true.";
    const details = { code: "stream-shape", message, expected: "an integer of 2 or more", hint } as const;
    const at = here();
    refuse(() => new HdlError(details, at));
  }
  const count = Math.max(2, Number.isInteger(branches) ? branches : 2);
  const ends = Array.from({ length: count }, (_, i) => {
    const { sink, source: out } = m.stream(`${name}_${i}`, source.type);
    // This branch has its word, others still wait for theirs.
    const served = m.reg(`${name}_${i}_served`, bit, { reset: false });
    sink.valid.set(source.valid.and(served.not()));
    sink.data.set(source.data as ValueOf<T>);
    return { out, sink, served };
  });
  const all = ends.map(({ sink, served }) => served.or(sink.ready)).reduce((a, b) => a.and(b));
  const done = m.node(`${name}_done`, all);
  source.ready.set(done);
  for (const { sink, served } of ends) {
    m.when(sink.fire, () => served.set(done.not())).elseWhen(source.fire, () => served.set(false));
  }
  const flows = branchesOf(flowOf(source), count);
  return ends.map(({ out }, i) => timedAt(out, flows[i]));
}
