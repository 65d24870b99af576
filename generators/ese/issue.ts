import {
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  lowestOne,
  oneHotIndex,
  output,
  stream,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { eseGeometry } from "./geometry.ts";

/**
 * Issues the entries of queued columns, one a cycle without a gap between segments or columns. Entries come in the order in
 * which they are used, from a stream or by a pointer that only counts up; what segment they belong to is counted.
 */
export const issue = defineModule("ese_issue", (p: EseParameters) => {
  const { entryAddress, count, segment, segments, entryBits, source, activations, work } = eseGeometry(p);
  const address = entryAddress;
  const streams = p.weights === "stream";
  return {
    summary: "Issues the entries of queued columns, one a cycle.",
    ports: {
      ...onlyIf(!streams, {
        write: input(bit),
        writeAddress: input(address),
        writeEntry: input(uint(entryBits)),
        /** Back to the first entry. */
        rewind: input(bit),
      }),
      /** Entries in the order of their use. */
      ...onlyIf(streams, { entries: input(stream(uint(entryBits))) }),
      columns: input(stream(work)),
      busy: output(bit),
      valid: output(bit),
      entry: output(uint(entryBits)),
      /** The first entry of its segment. */
      first: output(bit),
      segment: output(segment),
      source: output(source),
      activations: output(activations),
    },
    build(io, m) {
      const active = m.reg("active", bit, { reset: false });
      const currentSource = m.reg("currentSource", source);
      const currentActivations = m.reg("currentActivations", activations);
      // Of the first segment nothing is left to look up.
      const laterCounts = m.reg("laterCounts", uint((segments - 1) * count.width));
      // Segments that still have entries, the one under way included, and its entries after this one.
      const waiting = m.reg("waiting", uint(segments));
      const left = m.reg("left", count);
      const starts = m.reg("starts", bit);
      const rest = m.node("rest", waiting.and(lowestOne(waiting).not()));
      const segmentEnds = m.node("segmentEnds", left.eq(0));
      const columnEnds = m.node("columnEnds", segmentEnds.and(rest.nonzero().not()));

      // Three gates are fewer segments than an index tells apart.
      const room = 2 ** segment.width * count.width;
      const countOf = (all: UIntSignal, index: UIntSignal) =>
        (all.width < room ? all.extend(room) : all).element(index, count.width);
      const filled = (all: UIntSignal) =>
        concat(
          ...Array.from({ length: segments }, (_, s) =>
            all.bits((s + 1) * count.width - 1, s * count.width).nonzero(),
          ).reverse(),
        );

      // A column is taken in the cycle that issues the last entry of the one before.
      const issues = m.node("issues", streams ? active.and(io.entries.valid) : active);
      const take = m.node("take", active.not().or(issues.and(columnEnds)));
      io.columns.ready.set(take);
      m.when(take, () => {
        const segmentsFilled = m.node("segmentsFilled", filled(io.columns.data.counts));
        active.set(io.columns.valid);
        const column = io.columns.data;
        currentSource.set(column.source);
        currentActivations.set(column.activations);
        laterCounts.set(column.counts.bits(segments * count.width - 1, count.width));
        waiting.set(segmentsFilled);
        const firstSegment = m.node("firstSegment", lowestOne(segmentsFilled));
        const firstPlace = m.node("firstPlace", oneHotIndex(firstSegment));
        const firstCount = m.node("firstCount", countOf(io.columns.data.counts, firstPlace));
        left.set(firstCount.subWrap(1));
        starts.set(true);
      })
        .elseWhen(issues.and(segmentEnds), () => {
          waiting.set(rest);
          const nextSegment = m.node("nextSegment", lowestOne(rest));
          const nextPlace = m.node("nextPlace", oneHotIndex(nextSegment));
          const nextCount = m.node("nextCount", countOf(concat(laterCounts, fixedValue(count, 0)), nextPlace));
          left.set(nextCount.subWrap(1));
          starts.set(true);
        })
        .elseWhen(issues, () => {
          left.set(left.subWrap(1));
          starts.set(false);
        });

      if (streams) {
        io.entries.ready.set(active);
        const entryWord = m.reg("entryWord", uint(entryBits));
        m.when(issues, () => entryWord.set(io.entries.data));
        io.entry.set(entryWord);
      } else {
        const memory = m.mem("entries", p.entryDepth, uint(entryBits));
        memory.write({ address: io.writeAddress, data: io.writeEntry, enable: io.write });
        const pointer = m.reg("pointer", address);
        m.when(io.rewind, () => pointer.set(0)).elseWhen(active, () => pointer.set(pointer.addWrap(1)));
        io.entry.set(memory.readClocked("entryWord", { address: pointer, enable: active, underWrite: "undefined" }));
      }

      const valid = m.reg("validOut", bit, { reset: false });
      const firstOut = m.reg("firstOut", bit);
      const segmentOut = m.reg("segmentOut", segment);
      const sourceOut = m.reg("sourceOut", source);
      const activationsOut = m.reg("activationsOut", activations);
      valid.set(issues);
      firstOut.set(starts);
      const thisSegment = lowestOne(waiting);
      segmentOut.set(oneHotIndex(thisSegment));
      sourceOut.set(currentSource);
      activationsOut.set(currentActivations);
      io.busy.set(active.or(valid));
      io.valid.set(valid);
      io.first.set(firstOut);
      io.segment.set(segmentOut);
      io.source.set(sourceOut);
      io.activations.set(activationsOut);
    },
  };
});
