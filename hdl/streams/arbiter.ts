import { HdlError } from "../errors.ts";
import { checkedChoice } from "../messages/options.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { input, output } from "../ports.ts";
import { here } from "../position.ts";
import { at } from "../signals/at.ts";
import { lowestOne } from "../signals/bit-sets.ts";
import { type SignalOf, type StreamSource, select, type ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { concat, type UIntSignal } from "../signals/signal.ts";
import {
  addressWidth,
  bit,
  type DataType,
  type RecordType,
  record,
  stream,
  typeName,
  type UIntType,
  uint,
} from "../types.ts";
import { timedAnew, timingOf } from "./timing.ts";

/** Who goes first: always the lowest that asks, or each in turn. */
export type ArbiterPolicy = (typeof policies)[number];

const policies = ["fixed", "round-robin"] as const;

export interface ArbiterParameters {
  /** Who may ask, 2 or more. */
  readonly inputs: number;
  readonly policy: ArbiterPolicy;
}

/**
 * Chooses one of those that ask. A grant stays until it is `taken`, whoever asks meanwhile, so that what is offered does not
 * change. In round-robin order nobody that goes on asking sees more than `inputs` - 1 others go first.
 */
export const arbiter = defineModule("arbiter", ({ inputs, policy }: ArbiterParameters) => ({
  summary: `${policy === "fixed" ? "Fixed-priority" : "Round-robin"} arbiter; a grant stays until it is taken.`,
  ports: { requests: input(uint(inputs)), taken: input(bit), grant: output(uint(inputs)) },
  build(io, m) {
    io.grant.set(buildArbiter(m, io.requests, io.taken, policy).grant);
  },
}));

/** What `arbiter` contains; gives its state, for proofs. */
export function buildArbiter(m: Builder, requests: UIntSignal, taken: SignalOf<typeof bit>, policy: ArbiterPolicy) {
  const type = uint(requests.width);
  const held = m.reg("held", type, { reset: 0 });
  // Those after the last one that went: ones above its bit.
  const after = policy === "fixed" ? undefined : m.reg("after", type, { reset: 0 });
  const first = after ? m.node("first", requests.and(after)) : undefined;
  const chosen = first ? select(type, first.nonzero(), lowestOne(first), lowestOne(requests)) : lowestOne(requests);
  const grant = m.node("granted", select(type, held.nonzero(), held, chosen));
  m.when(taken, () => {
    held.set(0);
    after?.set(grant.or(grant.subWrap(1)).not());
  }).otherwise(() => held.set(grant));
  return { held, after, grant };
}

/** A word with the number of the source that it came from. */
export type Chosen<T extends DataType> = RecordType<{ readonly from: UIntType; readonly word: T }>;

/**
 * The words of several sources of one type, one at a time: `from` is the number of a word's source. A word that was offered
 * stays until it is accepted. Latency 0, a word an edge; the arbiter is an instance called `name`.
 */
export function arbitrated<T extends DataType>(
  m: Builder,
  name: string,
  sources: readonly StreamSource<T>[],
  policy: ArbiterPolicy = "round-robin",
): StreamSource<Chosen<T>> {
  const position = here();
  refuseNoBuilder("arbitrated", m);
  if (!Array.isArray(sources)) throw wrongArgument("arbitrated", "an array of streams", sources, position);
  for (const source of sources) refuseNoStream("arbitrated", source, position);
  const type = sources[0]?.type.data;
  const odd = sources.find((source) => typeName(source.type) !== typeName(sources[0].type));
  if (sources.length < 2 || odd) {
    const hint = odd
      ? "Give the words one type first: `mapped(source, type, (word) => …)`."
      : "A single source needs no arbiter: use its stream.";
    throw new HdlError(
      {
        code: "stream-shape",
        message: `The sources of arbiter "${name}" cannot share one stream.`,
        expected: "two or more sources of one type",
        found: odd ? `${typeName(type)} and ${typeName(odd.type.data)}` : `${sources.length} of them`,
        hint,
      },
      position,
    );
  }
  const order = checkedChoice("The policy of an arbiter", policy, policies, position);
  const from = uint(addressWidth(sources.length)) as UIntType;
  const chosen: Chosen<T> = record({ from, word: type });
  const { sink, source: out } = m.stream(`${name}_chosen`, stream(chosen));
  const requests = concat(...sources.map(({ valid }) => valid).reverse()) as UIntSignal;
  const { grant } = m.inst(name, arbiter, { inputs: sources.length, policy: order }, { requests, taken: sink.fire });
  const choice = sources
    .map((_, i) => select(from, grant.bit(i), i, 0))
    .reduce((all, one) => all.or(one)) as UIntSignal;
  const index = m.node(`${name}_from`, choice);
  const words = sources.map(({ data }) => data);
  sink.valid.set(requests.nonzero());
  sink.data.set({ from: index, word: at(words as never, index) } as unknown as ValueOf<Chosen<T>>);
  sources.forEach((source, i) => {
    source.ready.set(sink.ready.and(grant.bit(i)));
  });
  const timings = sources.map(timingOf);
  return timedAnew(out, sources, {
    latency: Math.max(...timings.map(({ latency }) => latency)),
    throughput: Math.min(
      1,
      timings.reduce((sum, { throughput }) => sum + throughput, 0),
    ),
  });
}
