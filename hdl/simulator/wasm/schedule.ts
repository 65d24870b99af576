/** The order of a cycle: what each home does, and when. */
import { type FlatDesign, type FlatNode, nodeScheduler } from "../flatten.ts";
import type { Homes } from "./homes.ts";
import { type NodeUnit, type Unit, unitSize } from "./units.ts";

/** Code that becomes one function. */
export interface Step {
  readonly home: number;
  readonly units: readonly Unit[];
}

/**
 * The steps that compute the nets `wanted` and do the units `last`; `unitOf` gives the units of nodes. A net is computed as late as what reads it allows:
 * where its own home reads it alone, in the same step. Steps of the same phase do not read what another of them computes;
 * they may read state that another sets, so homes that read others' state come before these where possible.
 */
export function schedule(
  design: FlatDesign,
  homes: Homes,
  wanted: readonly number[],
  last: readonly Unit[],
  unitOf: (node: FlatNode) => NodeUnit,
  mostUnits: number,
): Step[] {
  const { nets, nodeOf } = design;
  const finished = 2;
  const roots = [...wanted, ...last.flatMap((unit) => unit.reads)];
  const readsOf = (node: FlatNode) => unitOf(node).reads;
  const order = nodeScheduler(design, new Uint8Array(nets.length), readsOf)(roots).map(unitOf);
  // Phases count down to 0, the last one.
  const unused = 1;
  const phase = new Int32Array(nets.length).fill(unused);
  const before = (reads: readonly number[], home: number, at: number) => {
    for (let i = 0; i < reads.length; i++) {
      const node = nodeOf[reads[i]];
      if (!node) continue;
      const latest = homes.of[node.scope.instance] === home ? at : at - 1;
      if (latest < phase[reads[i]]) phase[reads[i]] = latest;
    }
  };
  for (const net of wanted) if (nodeOf[net]) phase[net] = 0;
  last.forEach(({ reads, instance }) => void before(reads, homes.of[instance], 0));
  for (let i = order.length - 1; i >= 0; i--) {
    const { node, reads, instance } = order[i];
    before(reads, homes.of[instance], phase[node.net]);
  }

  const phases = new Map<number, Map<number, Unit[]>>([[0, new Map()]]);
  const put = (at: number, unit: Unit) => {
    const ofPhase = phases.get(at) ?? new Map<number, Unit[]>();
    phases.set(at, ofPhase);
    const home = homes.of[unit.instance];
    const units = ofPhase.get(home);
    if (units) units.push(unit);
    else ofPhase.set(home, [unit]);
  };
  const done = new Uint8Array(nets.length);
  order.forEach((unit) => {
    const { net } = unit.node;
    if (phase[net] === 0 && last.length > 0) return;
    put(phase[net], unit);
    done[net] = finished;
  });
  const upTo = nodeScheduler(design, done, readsOf);
  last.forEach((unit) => {
    const first = unit.kind === "write" ? unit.after.filter((net) => phase[net] !== unused) : [];
    const needed = first.length > 0 ? [...unit.reads, ...first] : unit.reads;
    upTo(needed).forEach((node) => void put(0, unitOf(node)));
    put(0, unit);
  });
  const inOrder = [...phases].sort(([a], [b]) => a - b);
  return inOrder.flatMap(([at, ofPhase]) =>
    cut(ofPhase, mostUnits, at === 0 ? lastOrder(design, homes, last) : undefined),
  );
}

/** Pieces of limited length: the first ones of all homes, then the second ones. */
function cut(ofPhase: ReadonlyMap<number, readonly Unit[]>, mostUnits: number, order: readonly number[] = []): Step[] {
  const homes =
    order.length > 0 ? order.filter((home) => ofPhase.has(home)) : [...ofPhase.keys()].sort((a, b) => a - b);
  const pieces = homes.map((home) => {
    const steps: Step[] = [];
    let [units, size]: [Unit[], number] = [[], 0];
    for (const unit of ofPhase.get(home) as Unit[]) {
      if (size > 0 && size + unitSize(unit) > mostUnits) {
        steps.push({ home, units });
        [units, size] = [[], 0];
      }
      units.push(unit);
      size += unitSize(unit);
    }
    return [...steps, { home, units }];
  });
  const most = Math.max(0, ...pieces.map((steps) => steps.length));
  return Array.from({ length: most }, (_, i) => pieces.flatMap((steps) => steps.slice(i, i + 1))).flat();
}

/** Homes in an order in which few set state that a later one still reads. */
function lastOrder(design: FlatDesign, { of, groups, group, place }: Homes, last: readonly Unit[]): number[] {
  const owner = new Int32Array(design.nets.length).fill(-1);
  last.forEach(({ sets, instance }) => {
    for (let i = 0; i < sets.length; i++) owner[sets[i]] = of[instance];
  });
  /** How often the row's group reads state of the column's group. */
  const between = groups.map(() => groups.map(() => 0));
  /** How often homes of a group read state of one that comes before them, less that of one that comes after. */
  const backward = groups.map(() => 0);
  last.forEach(({ reads, instance }) => {
    const home = of[instance];
    for (let i = 0; i < reads.length; i++) {
      const other = owner[reads[i]];
      if (other < 0 || other === home) continue;
      if (group[other] === group[home]) backward[group[home]] += Math.sign(place[home] - place[other]);
      else between[group[home]][group[other]]++;
    }
  });
  const left = groups.map((_, i) => i);
  const order: number[] = [];
  while (left.length > 0) {
    const readByOthers = (g: number) => left.reduce((sum, other) => sum + between[other][g], 0);
    const next = left.reduce((best, g) => (readByOthers(g) < readByOthers(best) ? g : best));
    left.splice(left.indexOf(next), 1);
    order.push(...(backward[next] > 0 ? [...groups[next]].reverse() : groups[next]));
  }
  return order;
}
