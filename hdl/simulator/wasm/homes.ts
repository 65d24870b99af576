/**
 * Which instances get functions of their own. Many instances of one module make one group: their functions come out the same
 * but for where the instance lies, so one function serves them all, in a loop. Less code is made, and it stays in caches.
 */
import type { FlatDesign } from "../flatten.ts";

/** A home is an instance with all that is in it, but for inner homes. Home 0 is what is in no other. */
export interface Homes {
  /** The home of each instance. */
  readonly of: Int32Array;
  /** The homes of each group, in order. Group 0 holds home 0 alone. */
  readonly groups: readonly (readonly number[])[];
  /** The group of each home, and its place in the group. */
  readonly group: readonly number[];
  readonly place: readonly number[];
}

/** Which instances are worth it. */
export interface HomeLimits {
  /** As many instances of a module make a group. */
  readonly leastInstances: number;
  /** An instance with less state goes with its parent. */
  readonly leastState: number;
  /** An instance with more state is looked into. */
  readonly mostState: number;
}

export function findHomes(design: FlatDesign, limits: HomeLimits): Homes {
  const { leastInstances, leastState, mostState } = limits;
  const { instances, registers, clockedReads, writes } = design;
  const state = new Int32Array(instances.length);
  for (const { scope } of [...registers, ...clockedReads, ...writes]) state[scope.instance]++;
  for (let i = instances.length - 1; i > 0; i--) state[instances[i].parent] += state[i];
  const count = new Map<string, number>();
  for (const { module } of instances) count.set(module, (count.get(module) ?? 0) + 1);

  const of = new Int32Array(instances.length);
  const groups: number[][] = [[0]];
  const [group, place] = [[0], [0]];
  const groupOf = new Map<string, number>();
  instances.forEach(({ module, parent }, instance) => {
    of[instance] = of[parent];
    const many = (count.get(module) as number) >= leastInstances;
    if (of[parent] !== 0 || !many || state[instance] < leastState || state[instance] > mostState) return;
    if (!groupOf.has(module)) groupOf.set(module, groups.push([]) - 1);
    const number = groupOf.get(module) as number;
    of[instance] = group.length;
    place.push(groups[number].length);
    groups[number].push(group.length);
    group.push(number);
  });
  return { of, groups, group, place };
}
