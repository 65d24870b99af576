/** Queues with a monitor of one tracked word and the invariants that induction needs. */
import {
  bit,
  countWidth,
  defineModule,
  input,
  output,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import { buildSkidBuffer } from "../../../hdl/streams/buffer.ts";
import { buildFifo } from "../../../hdl/streams/fifo.ts";
import { inRing, trackWord } from "./tracked-word.ts";

const ports = (width: number) => ({
  push: input(stream(uint(width) as UIntType)),
  pop: output(stream(uint(width) as UIntType)),
  mark: input(bit),
});

export const fifoProof = defineModule("fifo_proof", ({ depth, width }: { depth: number; width: number }) => ({
  ports: ports(width),
  build({ push, pop, mark }, m) {
    const { words, head, tail, filling } = buildFifo(m, { push, pop }, depth);
    const type = uint(countWidth(depth)) as UIntType;
    const [first, end] = [head.extend(type.width + 1), tail.extend(type.width + 1)];
    const between = select(
      type,
      tail.lt(head),
      end.addWrap(depth).subWrap(first).wrap(type.width),
      end.subWrap(first).wrap(type.width),
    ) as UIntSignal;
    const count = m.node("count", select(type, head.ne(tail), between, select(type, filling, depth, 0)));
    const read = (position: UIntSignal) => words.read("tracked_inside", inRing(head as UIntSignal, position, depth));
    trackWord(m, { push, pop, mark, capacity: depth, count: count as UIntSignal, inside: read });
    m.assert("head_in_ring", head.le(depth - 1));
    m.assert("tail_in_ring", tail.le(depth - 1));
  },
}));

export const skidBufferProof = defineModule("skid_buffer_proof", ({ width }: { width: number }) => ({
  ports: ports(width),
  build({ push, pop, mark }, m) {
    const { full, word, skidded, spare } = buildSkidBuffer(m, { push, pop });
    const two = uint(countWidth(2)) as UIntType;
    const count = m.node("count", select(two, skidded, 2, select(two, full, 1, 0)));
    const inside = (position: UIntSignal) => select(uint(width) as UIntType, position.eq(0), word, spare);
    trackWord(m, { push, pop, mark, capacity: 2, count, inside });
    m.assert("fills_front_first", skidded.not().or(full));
  },
}));
