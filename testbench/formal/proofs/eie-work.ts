import {
  type BitSignal,
  type Builder,
  countWidth,
  fixedValue,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import { clusterCount, type EieParameters } from "../../../sw-model/eie/spec.ts";
import { countOf } from "./queues.ts";

/** A net of the array that the monitor sees through a port. */
export interface Watched {
  readonly port: string;
  readonly type: UIntType;
  /** The instance, "" for the top, and the net in it. */
  readonly instance: string;
  readonly net: string;
  /** Of the net this bit alone. */
  readonly bit?: number;
}

/** Signals behind the monitor's ports. */
export type Seen = (port: string) => UIntSignal;

/** Port types of one bit are numbers, so that all ports have one type. */
export const flag = uint(1) as UIntType;

/** Instance of a PE in the array. */
function peInstance(p: EieParameters, k: number): string {
  return clusterCount(p) > 1 ? `cluster_${Math.floor(k / p.clusterPes)}.pe_${k % p.clusterPes}` : `pe_${k}`;
}

/** The stages behind an issued entry, in order; the halves of a product only where it takes two stages. */
const stagesOf = ({ productStages }: EieParameters) => [
  { net: "wordValid", instance: "matrixRead" },
  { net: "outValid", instance: "matrixRead" },
  { net: "validOut", instance: "decode" },
  ...(productStages === 2 ? [{ net: "halvesValid", instance: "arithmetic" }] : []),
  { net: "operandValid", instance: "arithmetic" },
];

export function workNets(p: EieParameters): Watched[] {
  const position = uint(Math.max(1, Math.ceil(Math.log2(p.queueDepth)))) as UIntType;
  const left = uint(countWidth(p.activationDepth)) as UIntType;
  return Array.from({ length: p.pes }, (_, k) => {
    const pe = peInstance(p, k);
    const of = (instance: string, net: string, type = flag): Watched => ({
      port: `${net}_${k}`,
      type,
      instance: instance === "" ? pe : `${pe}.${instance}`,
      net,
    });
    return [
      ...[of("activationQueue", "head", position), of("activationQueue", "tail", position)],
      ...[of("activationQueue", "filling"), of("matrixRead", "active"), of("matrixRead", "left", left)],
      ...[of("", "waiting"), ...stagesOf(p).map(({ instance, net }) => of(instance, net))],
    ];
  }).flat();
}

/** A weighted sum over all PEs, in which whatever moves on is worth less than before. */
export function workOf(m: Builder, p: EieParameters, seen: Seen): UIntSignal {
  const { width } = uint(countWidth(p.activationDepth));
  // An entry that is issued enters the first stage, which is worth less than the entry; a column's are worth less than it.
  const stages = stagesOf(p);
  const entry = stages.length + 1;
  const column = entry * (2 ** width + 1);
  const waiting = column + 1;
  const most = waiting + column * (p.queueDepth + 1);
  const type = uint(Math.ceil(Math.log2(most * p.pes + 1))) as UIntType;
  const times = (value: UIntSignal, weight: number) =>
    value.extend(type.width).mul(weight).wrap(type.width) as UIntSignal;
  const works = Array.from({ length: p.pes }, (_, k) => {
    const one = (net: string) => seen(`${net}_${k}`);
    const ring = { head: one("head"), tail: one("tail"), filling: one("filling").nonzero() };
    const queued = countOf(m, ring, p.queueDepth, `queued_${k}`);
    // No entry left counts as 2^width: the counter would go around.
    const before = one("left")
      .subWrap(1)
      .extend(width + 1)
      .addWrap(1) as UIntSignal;
    const left = select(uint(width + 1), one("active").nonzero(), before, 0) as UIntSignal;
    m.assert(`head_${k}_in_ring`, ring.head.le(p.queueDepth - 1));
    m.assert(`tail_${k}_in_ring`, ring.tail.le(p.queueDepth - 1));
    const worth = (valid: BitSignal, weight: number) => select(type, valid, weight, 0) as UIntSignal;
    return stages.reduce(
      (sum, { net }, i) => sum.addWrap(worth(one(net).nonzero(), stages.length - i)) as UIntSignal,
      times(queued, column)
        .addWrap(times(left, entry))
        .addWrap(worth(one("waiting").nonzero(), waiting)) as UIntSignal,
    );
  });
  return m.node(
    "work",
    works.reduce((sum, each) => sum.addWrap(each) as UIntSignal, fixedValue(type, 0) as UIntSignal),
  );
}
