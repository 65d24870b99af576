import {
  type BitSignal,
  type Builder,
  bit,
  connect,
  mapped,
  type StreamSource,
  stream,
  type UIntSignal,
  vec,
} from "../../hdl/index.ts";
import { clusterCount, type EieParameters } from "../../sw-model/eie/spec.ts";
import { treeNode } from "../lnzd/tree-node.ts";
import { cluster } from "./cluster.ts";
import { control } from "./control.ts";
import { type PeEvent, peEvents } from "./counters.ts";
import { type EieGeometry, eieGeometry } from "./geometry.ts";
import { anyOf, peGroup, type Results } from "./group.ts";
import { rotate } from "./rotate.ts";

type Load = StreamSource<EieGeometry["load"]>;
type Nonzeros = StreamSource<EieGeometry["nonzero"]>;

/** Control, and all PEs in its reach in one cycle. */
export function ofPes(m: Builder, p: EieParameters, load: Load) {
  const { connect: tell, rounded, ...told } = peGroup(m, p, p.pes);
  // The ports of clusters are not there.
  const unit = m.inst("control", control, p, { load, ...told } as never);
  const events = tell({ ...unit, kept: keptOf(m, p, rounded, unit.rotation) });
  return { unit, events, followed: unit.followed };
}

/**
 * Control, and clusters of PEs behind registers: each scans and broadcasts by itself. What they find is merged two by two; a column goes to all
 * of them when all have room.
 */
export function ofClusters(m: Builder, p: EieParameters, load: Load) {
  const { activation, peIndex, nonzero } = eieGeometry(p);
  const firstPes = Array.from({ length: clusterCount(p) }, (_, c) => c * p.clusterPes);
  const found = m.stream("foundColumn", stream(nonzero));
  const rooms = firstPes.map((_, c) => m.wire(`room_${c}`, bit));
  const busy = firstPes.map((_, c) => m.wire(`busy_${c}`, bit));
  const working = m.node("clustersWork", anyOf(busy));
  const room = m.node("clustersHaveRoom", allOf(rooms));
  // The ports of PEs are not there.
  const unit = m.inst("control", control, p, { load, nonzeros: found.source, room, working } as never);
  const banks = p.activationBanks;
  const rounded = Array.from({ length: p.pes }, (_, k) => m.wire(`rounded_${k}`, vec(banks, activation)));
  const rotation = m.reg("rotationNow", vec(banks, peIndex));
  rotation.set(unit.rotation);
  const kept = keptOf(m, p, rounded as never, rotation);
  const events = Object.fromEntries(peEvents.map((name) => [name, []])) as unknown as Record<PeEvent, BitSignal[]>;
  const followed: BitSignal[] = [];
  const nonzeros = firstPes.map((firstPe, c): Nonzeros => {
    const count = Math.min(p.clusterPes, p.pes - firstPe);
    const part = m.inst(
      `cluster_${c}`,
      cluster,
      { ...p, count },
      {
        firstPe,
        ...{ peLoad: unit.peLoad, loadPe: unit.loadPe, loadEntries: unit.loadEntries, loadPointers: unit.loadPointers },
        ...{ loadCodebook: unit.loadCodebook, loadActivations: unit.loadActivations, scanStart: unit.scanStart },
        ...{ writeBack: unit.writeBack, keep: unit.keep, codebook: unit.codebook },
        ...{ arrives: unit.send, arriving: unit.sentColumn },
        kept: kept.slice(firstPe, firstPe + count) as never,
      },
    );
    rooms[c].set(part.room);
    busy[c].set(part.busy);
    for (let k = 0; k < count; k++) rounded[firstPe + k].set(part.results[k]);
    if (p.counters) for (const name of peEvents) events[name].push(...part[name]);
    followed.push(part.followed);
    return part.nonzeros;
  });
  connect(found.sink, merged(m, p, nonzeros));
  return { unit, events, followed: followed[0] };
}

/** Nonzeros of all clusters in the order of their columns, and one end mark. */
function merged(m: Builder, p: EieParameters, nonzeros: readonly Nonzeros[]): Nonzeros {
  const { nonzero } = eieGeometry(p);
  const { row, value } = nonzero.fields;
  const shape = { leafBits: 0, rowBits: row.width, width: value.width };
  let level = nonzeros;
  for (let depth = 0; level.length > 1; depth++) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const children = level.slice(2 * i, 2 * i + 2);
      if (children.length === 1) return children[0];
      const node = m.inst(`merge_${depth}_${i}`, treeNode, { ...shape, children: 2, digitBits: 1, buffers: "skid" }, {
        valid: children.map(({ valid }) => valid),
        data: children.map(({ data }) => data),
      } as never);
      children.forEach(({ ready }, child) => {
        ready.set(node.ready[child]);
      });
      // Which cluster it came from is in the pointer.
      m.unused(node.joined.data.leaf);
      const plain = ({ end, row, value }: typeof node.joined.data) => ({ end, row, value });
      return mapped(node.joined, nonzero, plain as never) as Nonzeros;
    });
  }
  return level[0];
}

/** Results as they are kept: with `balance` those of each bank back in their own order, an edge later. */
function keptOf(m: Builder, p: EieParameters, rounded: Results, by: readonly UIntSignal[]): Results {
  if (!p.balance) {
    for (const one of by) m.unused(one);
    return rounded;
  }
  const ofBanks = by.map(
    (one, b) => m.inst(`rotate_${b}`, rotate, p, { rounded: rounded.map((results) => results[b]), by: one }).rotated,
  );
  return rounded.map((_, k) => ofBanks.map((rotated) => rotated[k]));
}

function allOf(signals: readonly BitSignal[]): BitSignal {
  return signals.reduce((all, one) => all.and(one));
}
