import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  fixedValue,
  type SIntSignal,
  type SignalOf,
  select,
  type UIntSignal,
  vec,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdTree } from "../lnzd/lnzd-tree.ts";
import { type PeEvent, peEvents } from "./counters.ts";
import { eieGeometry } from "./geometry.ts";
import { pe, type peCommands } from "./pe.ts";

type Commands = ReturnType<typeof peCommands>;

/** Of each PE a result of each of its banks. */
export type Results = readonly (readonly SIntSignal[])[];

/** What happened on PEs: a bit each, or several. */
export type PeEvents = Readonly<Record<PeEvent, readonly BitSignal[]>>;

/** What the PEs of a group are told in the same cycle. */
interface GroupCommands {
  readonly peLoad: SignalOf<Commands["load"]>;
  /** Counted from the first one of the group. */
  readonly loadPe: UIntSignal;
  readonly loadEntries: BitSignal;
  readonly loadPointers: BitSignal;
  readonly loadCodebook: BitSignal;
  /** Bank by bank. */
  readonly loadActivations: readonly BitSignal[];
  readonly pointers: SignalOf<Commands["pointers"]> | { read: BitSignal; follows: BitSignal; index: UIntSignal };
  readonly broadcast: SignalOf<Commands["broadcast"]> | { arrives: BitSignal; activation: SIntSignal };
  readonly scan: SignalOf<Commands["scan"]>;
  readonly writeBack: SignalOf<Commands["writeBack"]>;
  readonly keep: SignalOf<Commands["keep"]>;
  readonly codebook: SignalOf<Commands["codebook"]>;
  readonly grant: BitSignal;
  /** Results to keep, of each PE one for each bank. */
  readonly kept: Results;
}

/** PEs that one tree scans and that a broadcast reaches in one cycle; `connect` gives them what they are told. */
export function peGroup(m: Builder, p: EieParameters, count: number) {
  const { activation, pointerIndex, vectorRow } = eieGeometry(p);
  const each = <T>(make: (k: number) => T) => Array.from({ length: count }, (_, k) => make(k));
  const pending = each((k) => m.wire(`pending_${k}`, bit));
  const values = each((k) => m.wire(`value_${k}`, activation));
  const blocked = each((k) => m.wire(`blocked_${k}`, bit));
  const working = each((k) => m.wire(`working_${k}`, bit));
  const rounded = each((k) => m.wire(`rounded_${k}`, vec(p.activationBanks, activation)));
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
    more: severalOf(m, pending),
    blocked: anyOf(blocked),
    working: anyOf(working),
    rounded: rounded as unknown as Results,
    /** With `counters` their events. */
    connect(unit: GroupCommands): PeEvents {
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
      const loading = anyOf(unit.loadActivations);
      const scanned = select(vectorRow, loading, loaded, unit.scan.row);
      const { read: readVectors, take, all } = unit.scan;
      const { store } = unit.keep;
      const row = m.node("activationRow", select(vectorRow, store, unit.keep.row, scanned));
      const vectors = { row, read: readVectors, take, all, store };
      const elements = each((k) => {
        const mine = m.node(`loadPe_${k}`, unit.loadPe.eq(k));
        const element = m.inst(`pe_${k}`, pe, p, {
          load: unit.peLoad,
          loadEntries: unit.loadEntries.and(mine),
          loadPointers: unit.loadPointers.and(mine),
          loadCodebook: unit.loadCodebook,
          loadActivations: unit.loadActivations.map((load) => load.and(mine)) as never,
          pointers,
          broadcast: unit.broadcast,
          vectors,
          granted: unit.grant.and(chosen[k]),
          writeBack: unit.writeBack,
          kept: unit.kept[k] as never,
          codebook: unit.codebook,
        });
        pending[k].set(element.pending);
        values[k].set(element.value);
        rounded[k].set(element.results);
        blocked[k].set(element.blocked);
        working[k].set(element.busy);
        return element;
      });
      const eventsOf = (name: PeEvent) =>
        elements.flatMap((element) => (name === "clipped" ? [...element.clipped] : [element[name]]));
      return Object.fromEntries(peEvents.map((name) => [name, p.counters ? eventsOf(name) : []])) as never;
    },
  };
}

/** More than one is high; by a tree of its own, since what the leading-nonzero tree chooses comes late. */
function severalOf(m: Builder, signals: readonly BitSignal[]): BitSignal {
  const none = fixedValue(bit, false) as BitSignal;
  let level = signals.map((any) => ({ any, several: none }));
  for (let depth = 0; level.length > 1; depth++) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [a, b] = level.slice(2 * i, 2 * i + 2);
      if (b === undefined) return a;
      const both = a.any.and(b.any);
      return {
        any: m.node(`any_${depth}_${i}`, a.any.or(b.any)),
        several: m.node(`several_${depth}_${i}`, depth === 0 ? both : a.several.or(b.several).or(both)),
      };
    });
  }
  return level[0].several;
}

export function anyOf(signals: readonly BitSignal[]): BitSignal {
  return concat(...signals).nonzero();
}
