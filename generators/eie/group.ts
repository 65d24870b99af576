import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  type SIntSignal,
  type SignalOf,
  select,
  type UIntSignal,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdTree } from "../lnzd/lnzd-tree.ts";
import type { PeEvent } from "./counters.ts";
import { eieGeometry } from "./geometry.ts";
import { pe, type peCommands } from "./pe.ts";

type Commands = ReturnType<typeof peCommands>;

/** What the PEs of a group are told in the same cycle. */
interface GroupCommands {
  readonly peLoad: SignalOf<Commands["load"]>;
  /** Counted from the first one of the group. */
  readonly loadPe: UIntSignal;
  readonly loadEntries: BitSignal;
  readonly loadPointers: BitSignal;
  readonly loadCodebook: BitSignal;
  readonly loadActivations: BitSignal;
  readonly pointers: SignalOf<Commands["pointers"]> | { read: BitSignal; follows: BitSignal; index: UIntSignal };
  readonly broadcast: SignalOf<Commands["broadcast"]> | { valid: BitSignal; push: BitSignal; activation: SIntSignal };
  readonly scan: SignalOf<Commands["scan"]> | { read: BitSignal; row: UIntSignal; take: BitSignal; all: BitSignal };
  readonly writeBack: SignalOf<Commands["writeBack"]>;
  readonly keep: SignalOf<Commands["keep"]>;
  readonly codebook: SignalOf<Commands["codebook"]>;
  readonly grant: BitSignal;
  /** Results to keep, one a PE. */
  readonly kept: readonly SIntSignal[];
}

/** PEs that one tree scans and that a broadcast reaches in one cycle; `connect` gives them what they are told. */
export function peGroup(m: Builder, p: EieParameters, count: number) {
  const { activation, pointerIndex, vectorRow } = eieGeometry(p);
  const each = <T>(make: (k: number) => T) => Array.from({ length: count }, (_, k) => make(k));
  const pending = each((k) => m.wire(`pending_${k}`, bit));
  const values = each((k) => m.wire(`value_${k}`, activation));
  const blocked = each((k) => m.wire(`blocked_${k}`, bit));
  const working = each((k) => m.wire(`working_${k}`, bit));
  const rounded = each((k) => m.wire(`rounded_${k}`, activation));
  const found = m.inst(
    "lnzd",
    lnzdTree,
    {
      leaves: count,
      width: activation.width,
      radices: lnzdRadices({ inputs: count, structure: "uniform", radix: 4 }),
      levelsPerStage: 0,
    },
    { valid: pending, payload: values.map((value) => value.asUint()) },
  );
  const chosen = each((k) => m.node(`chosen_${k}`, found.index.eq(k)));
  return {
    found: found.any,
    foundIndex: found.index,
    foundValue: found.chosen.asSint(),
    more: anyOf(pending.map((waits, k) => waits.and(chosen[k].not()))),
    blocked: anyOf(blocked),
    working: anyOf(working),
    rounded,
    connect(unit: GroupCommands): Record<PeEvent, BitSignal>[] {
      // Addresses are chosen once for all PEs: nothing is loaded while they compute, nothing scanned while results are kept.
      const { address } = unit.peLoad;
      const { read, follows } = unit.pointers;
      const { width } = pointerIndex;
      const index = m.node(
        "pointerAddress",
        select(pointerIndex, unit.loadPointers, address.bits(width - 1, 0), unit.pointers.index),
      );
      // The even bank holds the end of an odd column, one word further on.
      const pointers = { read, follows, index, even: m.node("pointerAfter", index.addWrap(1)).bits(width - 1, 1) };
      const loaded = address.bits(vectorRow.width - 1, 0);
      const scanned = select(vectorRow, unit.loadActivations, loaded, unit.scan.row);
      const { read: readVectors, take, all } = unit.scan;
      const { store } = unit.keep;
      const row = m.node("activationRow", select(vectorRow, store, unit.keep.row, scanned));
      const vectors = { row, read: readVectors, take, all, store };
      return each((k) => {
        const mine = m.node(`loadPe_${k}`, unit.loadPe.eq(k));
        const element = m.inst(`pe_${k}`, pe, p, {
          load: unit.peLoad,
          loadEntries: unit.loadEntries.and(mine),
          loadPointers: unit.loadPointers.and(mine),
          loadCodebook: unit.loadCodebook,
          loadActivations: unit.loadActivations.and(mine),
          pointers,
          broadcast: unit.broadcast,
          vectors,
          granted: unit.grant.and(chosen[k]),
          writeBack: unit.writeBack,
          kept: unit.kept[k],
          codebook: unit.codebook,
        });
        pending[k].set(element.pending);
        values[k].set(element.value);
        rounded[k].set(element.result);
        blocked[k].set(element.blocked);
        working[k].set(element.busy);
        return element;
      });
    },
  };
}

export function anyOf(signals: readonly BitSignal[]): BitSignal {
  return concat(...signals).nonzero();
}
