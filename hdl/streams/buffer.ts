import { checkedChoice } from "../messages/options.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { input, output } from "../ports.ts";
import type { StreamSink, StreamSource } from "../signals/bundle.ts";
import { bit, type DataType, stream, type UIntType, uint } from "../types.ts";
import { packed, unpacked } from "./packed.ts";
import { timed } from "./timing.ts";

interface Ends {
  readonly push: StreamSource<UIntType>;
  readonly pop: StreamSink<UIntType>;
}

/** Bits of a word. */
export interface BufferParameters {
  readonly width: number;
}

const ports = (width: number) => ({ push: input(stream(uint(width))), pop: output(stream(uint(width))) });

/** Two registers, so that `ready`, `valid` and data all come from flip-flops and a word still moves at every edge. */
export const skidBuffer = defineModule("skid_buffer", ({ width }: BufferParameters) => ({
  summary: "Buffer of two words that cuts every path between its ends; a word moves at every edge.",
  ports: ports(width),
  build(ends, m) {
    buildSkidBuffer(m, ends);
  },
}));

/** What `skidBuffer` contains; gives its state, for proofs. */
export function buildSkidBuffer(m: Builder, { push, pop }: Ends) {
  const type = push.type.data;
  const full = m.reg("full", bit, { reset: false });
  const word = m.reg("word", type);
  // A word that came while the other one could not leave.
  const skidded = m.reg("skidded", bit, { reset: false });
  const spare = m.reg("spare", type);
  push.ready.set(skidded.not());
  pop.valid.set(full);
  pop.data.set(word);
  m.when(pop.ready.or(full.not()), () => {
    skidded.set(false);
    full.set(skidded.or(push.valid));
    m.when(skidded, () => word.set(spare)).otherwise(() => word.set(push.data));
  }).elseWhen(push.fire, () => {
    skidded.set(true);
    spare.set(push.data);
  });
  return { full, word, skidded, spare };
}

/** One register: `valid` and data come from flip-flops, `ready` passes through; a word moves at every edge. */
export const forwardRegister = defineModule("forward_register", ({ width }: BufferParameters) => ({
  summary: "Pipeline register: valid and data are registered, ready passes through.",
  ports: ports(width),
  build({ push, pop }, m) {
    const full = m.reg("full", bit, { reset: false });
    const word = m.reg("word", push.type.data);
    push.ready.set(full.not().or(pop.ready));
    pop.valid.set(full);
    pop.data.set(word);
    m.when(push.fire, () => {
      full.set(true);
      word.set(push.data);
    }).elseWhen(pop.ready, () => full.set(false));
  },
}));

/** One register, and no path between the ends: a word moves at every other edge. */
export const halfRegister = defineModule("half_register", ({ width }: BufferParameters) => ({
  summary: "Pipeline register without a path between its ends; a word moves at every other edge.",
  ports: ports(width),
  build({ push, pop }, m) {
    const full = m.reg("full", bit, { reset: false });
    const word = m.reg("word", push.type.data);
    push.ready.set(full.not());
    pop.valid.set(full);
    pop.data.set(word);
    m.when(push.fire, () => {
      full.set(true);
      word.set(push.data);
    }).elseWhen(pop.fire, () => full.set(false));
  },
}));

/**
 * The words of `source` through a skid buffer, an instance called `name`: cuts the paths of `valid`, data and `ready`.
 * Latency 1, a word an edge.
 */
export function buffered<T extends DataType>(m: Builder, name: string, source: StreamSource<T>): StreamSource<T> {
  return through(m, name, skidBuffer, source, { slots: 2, back: 1 });
}

/**
 * The words of `source` through one register, an instance called `name`. Latency 1. "forward" cuts the paths of `valid` and
 * data, and moves a word an edge; "half" cuts that of `ready` too, and moves one every other edge.
 */
export function registered<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  kind: "forward" | "half" = "forward",
): StreamSource<T> {
  return checkedChoice("The kind of a register", kind, ["forward", "half"]) === "forward"
    ? through(m, name, forwardRegister, source, { slots: 1, back: 0 })
    : through(m, name, halfRegister, source, { slots: 1, back: 1 });
}

function through<T extends DataType>(
  m: Builder,
  name: string,
  module: typeof skidBuffer,
  source: StreamSource<T>,
  room: { readonly slots: number; readonly back: number },
): StreamSource<T> {
  refuseNoBuilder("A buffer", m);
  const push = packed(source);
  const { pop } = m.inst(name, module, { width: push.data.width }, { push });
  return timed(unpacked(source.type, pop), source, { latency: 1, ...room });
}
