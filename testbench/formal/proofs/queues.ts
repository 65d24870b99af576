/** Queues with a monitor of one tracked word and the invariants that induction needs. */
import {
  addressWidth,
  type BitSignal,
  type Builder,
  bit,
  countWidth,
  defineModule,
  fixedValue,
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
import { buildRegisterFifo } from "../../../hdl/streams/register-fifo.ts";
import { inRing, trackWord } from "./tracked-word.ts";

const ports = (width: number) => ({
  push: input(stream(uint(width) as UIntType)),
  pop: output(stream(uint(width) as UIntType)),
  mark: input(bit),
});

interface Ring {
  readonly head: UIntSignal;
  readonly tail: UIntSignal;
  readonly filling: BitSignal;
}

/** Words in a ring between two positions; of equal ones `filling` tells. */
export function countOf(m: Builder, { head, tail, filling }: Ring, depth: number, name = "count"): UIntSignal {
  const type = uint(countWidth(depth)) as UIntType;
  const [first, end] = [head.extend(type.width + 1), tail.extend(type.width + 1)];
  const between = select(
    type,
    tail.lt(head),
    end.addWrap(depth).subWrap(first).wrap(type.width),
    end.subWrap(first).wrap(type.width),
  ) as UIntSignal;
  return m.node(name, select(type, head.ne(tail), between, select(type, filling, depth, 0)));
}

export const fifoProof = defineModule("fifo_proof", ({ depth, width }: { depth: number; width: number }) => ({
  ports: ports(width),
  build({ push, pop, mark }, m) {
    const { words, head, tail, filling } = buildFifo(m, { push, pop }, depth);
    const count = countOf(m, { head, tail, filling }, depth);
    const read = (position: UIntSignal) => words.read("tracked_inside", inRing(head as UIntSignal, position, depth));
    trackWord(m, { push, pop, mark, capacity: depth, count, inside: read });
    m.assert("head_in_ring", head.le(depth - 1));
    m.assert("tail_in_ring", tail.le(depth - 1));
  },
}));

export const registerFifoProof = defineModule(
  "register_fifo_proof",
  ({ depth, width }: { depth: number; width: number }) => ({
    ports: ports(width),
    build({ push, pop, mark }, m) {
      const { words, head, tail, filling } = buildRegisterFifo(m, { push, pop }, depth);
      const position = uint(addressWidth(depth));
      const last = (choice: (i: number) => BitSignal, values: readonly (UIntSignal | number)[], type: UIntType) =>
        values.reduce<UIntSignal>(
          (before, value, i) => select(type, choice(i), value, before),
          fixedValue(type, 0) as UIntSignal,
        );
      const numbers = Array.from({ length: depth }, (_, i) => i);
      const [first, end] = [head, tail].map((ring) => last((i) => ring.bit(i), numbers, position));
      const count = countOf(m, { head: first, tail: end, filling }, depth);
      const inside = (place: UIntSignal) => {
        const at = inRing(first, place, depth);
        return last((i) => at.eq(i), words, push.type.data);
      };
      trackWord(m, { push, pop, mark, capacity: depth, count, inside });
      for (const [name, ring] of [
        ["head", head],
        ["tail", tail],
      ] as const) {
        const others = ring.and(
          ring
            .extend(depth + 1)
            .subWrap(1)
            .wrap(depth),
        );
        m.assert(`${name}_has_one_bit`, ring.nonzero().and(others.nonzero().not()));
      }
    },
  }),
);

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
