import {
  type BitSignal,
  type Builder,
  bit,
  connect,
  type DataType,
  defineModule,
  input,
  joined,
  mapped,
  output,
  queued,
  type SIntSignal,
  type StreamSource,
  stream,
  type UIntType,
  uint,
  type ValueOf,
} from "../../hdl/index.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import { delayed, flagDelayed } from "../common/delay.ts";
import { drawsBits } from "../common/rounding.ts";
import { type SeedSide, seedingOf } from "../common/rounding-unit.ts";
import { column } from "./column.ts";
import { control } from "./control.ts";
import { atEdge } from "./edge.ts";
import { systolicGeometry } from "./geometry.ts";

/**
 * Output-stationary systolic array (Gupta et al. 2015, section 5): a stream of words, each a column of a tile of A and a row of a tile of
 * B, gives the rows of the tile of C = A B, rounded. Tiles follow each other without a pause where their inner dimension is
 * at least the number of their rows. Operands beyond `lastRow` and `lastColumn` do not matter: nothing is rounded there, and results beyond
 * `lastColumn` are 0.
 */
export const systolic = defineModule("systolic", (p: SystolicParameters) => {
  const g = systolicGeometry(p);
  return {
    summary: `Systolic array of ${p.rows} x ${p.cols} multiply-accumulates of ${p.width} by ${bWidthOf(p)} bits (${p.rounding}).`,
    ports: {
      /**
       * A bit of each column's seed a word, column 0 lowest, the lowest bits first, `lfsrWidth` words; they count from the next result
       * on. Ready while no result is under way; from the first one offered on until a seed is whole, the last word of a tile waits.
       * Words in the queues at the edges go before a seed, and no more enter while one waits. `seeding`: a part of a seed is in.
       */
      ...(drawsBits(p) ? { seed: input(stream(uint(p.cols) as UIntType)), seeding: output(bit) } : {}),
      /** With `edgeDepth` in two parts, each of which may run ahead of the other by as many words. */
      ...(p.edgeDepth
        ? { a: input(stream(g.aWords)), b: input(stream(g.bWords)) }
        : { operands: input(stream(g.operands)) }),
      results: output(stream(g.results)),
    },
    build(io, m) {
      const { seed, seeding: partlySeeded } = io as { readonly seed?: StreamSource<UIntType> } & Pick<
        SeedSide,
        "seeding"
      >;
      const partial = m.wire("partialSeed", bit);
      const seedWaits = seed ? m.node("seedWaits", seed.valid.and(partial.not())) : undefined;
      const operands = operandsOf(m, p, io as Edges, seedWaits);
      const { a, b, last, lastRow, lastColumn } = operands.data;

      const words = m.stream("words", stream(g.ends));
      const popped = m.wire("popped", bit);
      const inQueues = p.edgeDepth ? operands.valid : undefined;
      const seeding = seedWaits ? partial.or(inQueues ? seedWaits.and(inQueues.not()) : seedWaits) : false;
      const steering = m.inst("control", control, p, { words: words.source, popped, seeding });
      words.sink.valid.set(operands.valid);
      words.sink.data.set({ last, lastRow, lastColumn });
      operands.ready.set(words.sink.ready);
      seed?.ready.set(inQueues ? steering.idle.and(partial.or(inQueues.not())) : steering.idle);
      partlySeeded?.set(partial);

      let along: readonly SIntSignal[] = atEdge(m, "a", a, { taken: operands.fire, orZero: true });
      const above = atEdge(m, "b", b, { taken: operands.fire, orZero: false });
      let start = flagDelayed(m, "start", steering.first, 1);
      let token = steering.token;
      const row = m.stream("row", stream(g.results));
      row.sink.data.forEach((result, j) => {
        const unit = m.inst(`column_${j}`, column, p, {
          ...{ a: along, b: above[j], start, token },
          ...(seed ? { seed: { load: seed.fire, seed: seed.data.bit(j) } } : {}),
        });
        [along, start, token] = [unit.right, unit.startRight, unit.tokenRight];
        result.set(delayed(m, `result_${j}`, unit.result.asUint(), p.cols - 1 - j).asSint());
        // All columns take their seeds at the same edges.
        if (j === 0) partial.set(seedingOf(unit) ?? false);
        if (j === 0) row.sink.valid.set(flagDelayed(m, "resultValid", unit.done, p.cols - 1));
      });

      // Control has kept room for every row.
      const queue = queued(m, "queue", row.source, g.queueDepth);
      connect(io.results, queue);
      popped.set(queue.fire);
    },
  };
});

type Geometry = ReturnType<typeof systolicGeometry>;

/** The operands as they come in. */
interface Edges {
  readonly operands?: StreamSource<Geometry["operands"]>;
  readonly a?: StreamSource<Geometry["aWords"]>;
  readonly b?: StreamSource<Geometry["bWords"]>;
}

/** The one stream of operands; a queue at each edge, where there are two, which nothing enters while `closed`. */
function operandsOf(
  m: Builder,
  p: SystolicParameters,
  { operands, a, b }: Edges,
  closed: BitSignal | undefined,
): StreamSource<Geometry["operands"]> {
  if (operands) return operands;
  if (!a || !b || !p.edgeDepth) throw new RangeError("an array has one stream of operands or one at each edge");
  const edges = {
    a: queued(m, "queueA", gated(m, "enteringA", a, closed), p.edgeDepth),
    b: queued(m, "queueB", gated(m, "enteringB", b, closed), p.edgeDepth),
  };
  return mapped(joined(m, "edges", edges), systolicGeometry(p).operands, ({ a, b }) => ({
    ...{ a: [...a.values], b: [...b.values] },
    ...{ last: a.last, lastRow: a.lastRow, lastColumn: b.lastColumn },
  }));
}

/** The words of a stream, none while `closed`. */
function gated<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  closed: BitSignal | undefined,
): StreamSource<T> {
  if (closed === undefined) return source;
  const { sink, source: open } = m.stream(name, source.type);
  sink.valid.set(source.valid.and(closed.not()));
  sink.data.set(source.data as ValueOf<T>);
  source.ready.set(sink.ready.and(closed.not()));
  return open;
}
