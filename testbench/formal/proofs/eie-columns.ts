/** Columns of an EIE array on their way from the scan registers to the PEs, as a measure of what is left to do. */
import { eieGeometry } from "../../../generators/eie/geometry.ts";
import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  popcount,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import { clusterCount, type EieParameters } from "../../../sw-model/eie/spec.ts";
import { flag, type Seen, type Watched } from "./eie-work.ts";

interface Columns {
  readonly nets: readonly Watched[];
  /** Fields of the measure, the weightiest first: before the work of the PEs, and after all else. */
  readonly measure: (
    m: Builder,
    seen: Seen,
    inScan: BitSignal,
  ) => { readonly fields: readonly UIntSignal[]; readonly last: readonly UIntSignal[] };
  /** Ports that are high while a column is in control, in buffers or in the first two broadcast stages. */
  readonly onTheWay: readonly string[];
}

export function columnsOf(p: EieParameters): Columns {
  return clusterCount(p) > 1 ? inClusters(p) : inOneUnit(p);
}

const pendingNets = (p: EieParameters, instance: (k: number) => string): Watched[] =>
  Array.from({ length: p.pes }, (_, k) => ({
    port: `pending_${k}`,
    type: flag,
    instance: `${instance(k)}.activations`,
    net: "scanPending",
  }));

/** How many of the ports are high. */
const sumOf = (seen: Seen, ports: readonly string[]) =>
  popcount(concat(...ports.map((port) => seen(port).nonzero()))) as UIntSignal;

/**
 * Rows of activations that are still to be taken, and whether the next one is still to be read; activations that wait in the scan registers;
 * the first two broadcast stages.
 */
function inOneUnit(p: EieParameters): Columns {
  const { vectorCount } = eieGeometry(p);
  const of = (net: string, type = flag): Watched => ({ port: net, type, instance: "control", net });
  const pending = pendingNets(p, (k) => `pe_${k}`);
  return {
    nets: [of("rowsToTake", vectorCount), of("rowRead"), of("firstValid"), of("secondValid"), ...pending],
    measure: (m, seen, inScan) => {
      const rows = m.node("rows", select(vectorCount, inScan, seen("rowsToTake"), 0)) as UIntSignal;
      const unread = m.node("unread", inScan.and(seen("rowRead").nonzero().not()));
      const waiting = sumOf(
        seen,
        pending.map(({ port }) => port),
      );
      return {
        fields: [rows, concat(unread), waiting, seen("firstValid"), seen("secondValid")] as UIntSignal[],
        last: [],
      };
    },
    onTheWay: ["firstValid", "secondValid"],
  };
}

/**
 * The same summed over two clusters, with what is behind registers: the start of a scan, end marks, words in the buffers from the scan
 * to control and from there to the broadcast stages, and signals that are seen an edge later.
 */
function inClusters(p: EieParameters): Columns {
  const { vectorCount } = eieGeometry(p);
  const all = Array.from({ length: clusterCount(p) }, (_, c) => c);
  const ofControl = (net: string): Watched => ({ port: net, type: flag, instance: "control", net });
  const of = (c: number, net: string, type = flag): Watched => ({
    port: `${net}_${c}`,
    type,
    instance: `cluster_${c}`,
    net,
  });
  const buffer = (name: string, instance: string): Watched[] =>
    ["full", "skidded"].map((net) => ({ port: `${name}_${net}`, type: flag, instance, net }));
  // The end mark is the lowest bit of what a scan finds.
  const ends = (name: string, instance: string): Watched[] =>
    ["word", "spare"].map((net) => ({ port: `${name}_${net}_ends`, type: flag, instance, net, bit: 0 }));
  const found = (name: string, instance: string) => [...buffer(name, instance), ...ends(name, instance)];
  const pending = pendingNets(p, (k) => `cluster_${Math.floor(k / p.clusterPes)}.pe_${k % p.clusterPes}`);
  const each = (net: string) => all.map((c) => `${net}_${c}`);
  const words = (names: readonly string[]) => names.flatMap((name) => [`${name}_full`, `${name}_skidded`]);
  const down = words(each("down"));
  return {
    nets: [
      ...[ofControl("firstValid"), ofControl("sentBefore"), ofControl("settling")],
      ...all.flatMap((c) => [
        ...["starting", "scanning", "ending", "rowRead", "secondValid", "busyNow", "holdsColumns"].map((net) =>
          of(c, net),
        ),
        of(c, "rowsToTake", vectorCount),
        ...found(`up_${c}`, `cluster_${c}.nonzeroBuffer`),
        ...buffer(`down_${c}`, `cluster_${c}.columnBuffer`),
      ]),
      ...found("merged", "merge_0_0.buffer"),
      ...pending,
    ],
    measure: (m, seen, inScan) => {
      const high = (port: string) => seen(port).nonzero();
      const type = uint(vectorCount.width + Math.ceil(Math.log2(all.length))) as UIntType;
      const rows = all
        .map((c) => select(type, high(`scanning_${c}`), seen(`rowsToTake_${c}`).extend(type.width), 0) as UIntSignal)
        .reduce((sum, one) => sum.addWrap(one) as UIntSignal);
      const unread = all.map((c) => high(`scanning_${c}`).and(high(`rowRead_${c}`).not()));

      // What induction has to know: the end mark of a scan is somewhere, once, and the last of it.
      const endsIn = (name: string) => {
        m.assert(
          `${name}_in_order`,
          high(`${name}_skidded`)
            .not()
            .or(high(`${name}_full`)),
        );
        m.assert(
          `${name}_ends_last`,
          high(`${name}_skidded`)
            .and(high(`${name}_word_ends`))
            .not(),
        );
        return [
          high(`${name}_full`).and(high(`${name}_word_ends`)),
          high(`${name}_skidded`).and(high(`${name}_spare_ends`)),
        ];
      };
      const merged = endsIn("merged");
      const ended = merged[0].or(merged[1]);
      for (const c of all) {
        m.assert(
          `down_${c}_in_order`,
          high(`down_${c}_skidded`)
            .not()
            .or(high(`down_${c}_full`)),
        );
        const stands = [...["starting", "scanning", "ending"].map((net) => high(`${net}_${c}`)), ...endsIn(`up_${c}`)];
        const count = popcount(concat(...stands, ...merged));
        m.assert(`scan_${c}_ends_once`, select(bit, inScan, count.eq(1), count.eq(0)));
        const empty = high(`up_${c}_full`).not();
        m.assert(`up_${c}_empty_behind_the_end`, ended.or(inScan.not()).not().or(empty));
      }
      m.assert("merged_empty_outside_scan", inScan.or(high("merged_full").not()));
      return {
        fields: [
          ...[
            sumOf(seen, each("starting")),
            rows,
            sumOf(seen, each("scanning")),
            popcount(concat(...unread)) as UIntSignal,
          ],
          ...[
            sumOf(
              seen,
              pending.map(({ port }) => port),
            ),
            sumOf(seen, each("ending")),
          ],
          ...[sumOf(seen, words(each("up"))), sumOf(seen, words(["merged"])), seen("firstValid"), sumOf(seen, down)],
          ...[seen("sentBefore"), sumOf(seen, each("secondValid"))],
        ],
        last: [seen("settling"), sumOf(seen, each("holdsColumns")), sumOf(seen, each("busyNow"))],
      };
    },
    onTheWay: ["firstValid", "sentBefore", ...down, ...each("secondValid")],
  };
}
