/** Where nets, memories and counts lie: those of a home together, and the homes of a group at equal distances. */
import type { FlatDesign } from "../flatten.ts";
import { Frame } from "./frame.ts";
import type { Homes } from "./homes.ts";
import type { Step } from "./schedule.ts";
import { Allocator, isWide, slotBytes, wordBytes } from "./storage.ts";

/** Blocks of `stride` bytes from `start` on, one for each home of a group. */
interface Region {
  readonly start: number;
  readonly stride: number;
}

export interface Places {
  /** Address of each net that is kept in memory. */
  readonly nets: readonly (number | undefined)[];
  /** Where the old state goes, while an edge goes on, of nets that are read after their new state is set. */
  readonly saved: readonly (number | undefined)[];
  /** Address of each memory's word 0, and of each property's count. */
  readonly memories: readonly number[];
  readonly counts: readonly number[];
  /** The nets and counts of each group's homes, and their memories. */
  readonly regions: readonly { readonly nets: Region; readonly words: Region }[];
}

/** What takes room in the block of a home, in order: item i is item i of the blocks of the group's other homes. */
class Block {
  readonly #bytes: number[] = [];
  readonly #wanted: boolean[] = [];
  readonly #tables: Address[][] = [];
  readonly #entries: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  /** An item whose address is to be entry `entry` of the table. */
  add(bytes: number, wanted: boolean, table: Address[], entry: number): void {
    this.#bytes.push(bytes);
    this.#wanted.push(wanted);
    this.#tables.push(table);
    this.#entries.push(entry);
  }

  /** Raises the bytes that each item takes in all blocks of the group, and notes those that are wanted. */
  claim(bytes: Float64Array, wanted: Uint8Array): void {
    for (let item = 0; item < this.length; item++) {
      if (this.#bytes[item] > bytes[item]) bytes[item] = this.#bytes[item];
      if (this.#wanted[item]) wanted[item] = 1;
    }
  }

  /** Enters the addresses of the block's items, which lie at the offsets from `start` on. */
  place(start: number, offsets: readonly Address[]): void {
    for (let item = 0; item < this.length; item++) {
      const offset = offsets[item];
      if (offset !== undefined) this.#tables[item][this.#entries[item]] = start + offset;
    }
  }
}

type Address = number | undefined;

/** Lays out a design. `always` are nets to keep; those that are not the same as themselves take no room. */
export function layOut(
  design: FlatDesign,
  homes: Homes,
  steps: { readonly edge: readonly Step[]; readonly settle: readonly Step[] },
  always: Iterable<number>,
  sameAs: Int32Array,
  room: Allocator,
): Places {
  const kept = new Uint8Array(design.nets.length);
  for (const net of always) kept[net] = 1;
  design.nets.forEach(({ width }, net) => {
    if (sameAs[net] === net && (isWide(width) || design.nodeOf[net] === undefined)) kept[net] = 1;
  });
  for (const some of [steps.edge, steps.settle]) markShared(some, kept);
  const overtaken = findOvertaken(design, steps.edge);
  const saves = overtaken.includes(1);

  const nets: Address[] = new Array(design.nets.length).fill(undefined);
  const saved: Address[] = new Array(design.nets.length).fill(undefined);
  const memories: number[] = [];
  const counts: number[] = [];
  const blocks = homes.group.map(() => ({ nets: new Block(), words: new Block() }));
  const homeOf = netHomes(design, homes, [...steps.edge, ...steps.settle]);
  stateFirst(design, homes, homeOf).forEach((net) => {
    const bytes = slotBytes(design.nets[net].width);
    const own = blocks[homeOf[net]].nets;
    own.add(bytes, kept[net] === 1, nets, net);
    if (saves) own.add(bytes, overtaken[net] === 1, saved, net);
  });
  design.properties.forEach(({ scope }, i) => {
    blocks[homes.of[scope.instance]].nets.add(4, true, counts as Address[], i);
  });
  design.memories.forEach(({ instance, depth, width }, memory) => {
    const bytes = 8 * Math.ceil((wordBytes(width) * depth) / 8);
    blocks[homes.of[instance]].words.add(bytes, true, memories as Address[], memory);
  });
  const regions = homes.groups.map((members, group) => {
    // Home 0 is reached by fixed addresses and needs no blocks beside it.
    const beside = group > 0 ? 1 : 0;
    const own = members.map((home) => blocks[home]);
    return {
      nets: fill(
        own.map((block) => block.nets),
        beside,
        room,
      ),
      words: fill(
        own.map((block) => block.words),
        beside,
        room,
      ),
    };
  });
  return { nets, saved, memories, counts, regions };
}

/** Locals of a home's function that hold the bases of its nets and of its memories. */
export const baseLocals = { nets: 0, words: 1 } as const;

/** The frame of a home's function: its own block, and the blocks beside it, are reached from bases. */
export function frameOf({ regions }: Places, homes: Homes, home: number): Frame {
  if (home === 0) return new Frame();
  const { nets, words } = regions[homes.group[home]];
  const place = homes.place[home];
  const [netBase, wordBase] = [baseOf(nets, place), baseOf(words, place)];
  return new Frame([
    { local: baseLocals.nets, from: netBase, to: netBase + 3 * nets.stride },
    { local: baseLocals.words, from: wordBase, to: wordBase + 3 * words.stride },
  ]);
}

/** The base given for the home at `place`: the block before its own. */
export function baseOf({ start, stride }: Region, place: number): number {
  return start + (place - 1) * stride;
}

/**
 * Gives the items of each home of a group addresses at equal distances: those that one of the homes wants, in all of them.
 * `beside` blocks are left free on either side.
 */
function fill(homes: readonly Block[], beside: number, room: Allocator): Region {
  const inside = new Allocator();
  const most = Math.max(...homes.map((block) => block.length));
  const [bytes, wanted] = [new Float64Array(most), new Uint8Array(most)];
  for (const block of homes) block.claim(bytes, wanted);
  const offsets: Address[] = [];
  for (let item = 0; item < most; item++) offsets.push(wanted[item] === 1 ? inside.take(bytes[item]) : undefined);
  const stride = 8 * Math.ceil(inside.end / 8);
  const start = room.take(8) + beside * stride;
  room.take(8 + (homes.length + 2 * beside) * stride);
  homes.forEach((block, place) => {
    block.place(start + place * stride, offsets);
  });
  return { start, stride };
}

/** The home that a net lies with: the one that computes it, else the only one that reads it. Inputs of the top lie in home 0. */
function netHomes(design: FlatDesign, { of }: Homes, steps: readonly Step[]): Int32Array {
  const [unknown, several] = [-1, -2];
  const readBy = new Int32Array(design.nets.length).fill(unknown);
  eachRead(steps, (net, step) => {
    const { home } = steps[step];
    readBy[net] = readBy[net] === unknown || readBy[net] === home ? home : several;
  });
  const ports = new Set(design.ports.values());
  const homes = readBy.map((home, net) => {
    const node = design.nodeOf[net];
    const computed = node ? of[node.scope.instance] : 0;
    if (ports.has(net) && !node) return 0;
    return computed !== 0 ? computed : Math.max(0, home);
  });
  for (const { net, scope } of [...design.registers, ...design.clockedReads]) homes[net] = of[scope.instance];
  return homes;
}

/** All nets: state, then what each home computes, then what it only reads, so that homes of a group list theirs alike. */
function stateFirst(design: FlatDesign, { of }: Homes, homeOf: Int32Array): number[] {
  const state = [...design.registers, ...design.clockedReads].map(({ net }) => net);
  const [own, foreign]: number[][] = [[], []];
  const isState = new Uint8Array(design.nets.length);
  state.forEach((net) => {
    isState[net] = 1;
  });
  for (let net = 0; net < design.nets.length; net++) {
    if (isState[net]) continue;
    const node = design.nodeOf[net];
    (node && of[node.scope.instance] === homeOf[net] ? own : foreign).push(net);
  }
  return [...state, ...own, ...foreign];
}

const nowhere = -1;

/** Marks nets that are computed in one step and read in another. */
function markShared(steps: readonly Step[], kept: Uint8Array): void {
  const computedIn = new Int32Array(kept.length).fill(nowhere);
  steps.forEach(({ units }, step) => {
    for (const unit of units) if (unit.kind === "node") computedIn[unit.node.net] = step;
  });
  eachRead(steps, (net, step) => {
    const origin = computedIn[net];
    if (origin !== nowhere && origin !== step) kept[net] = 1;
  });
}

/** Calls `look` for each net that each unit of each step reads. */
function eachRead(steps: readonly Step[], look: (net: number, step: number) => void): void {
  for (let step = 0; step < steps.length; step++) {
    const { units } = steps[step];
    for (let i = 0; i < units.length; i++) {
      const { reads } = units[i];
      for (let k = 0; k < reads.length; k++) look(reads[k], step);
    }
  }
}

/**
 * State that is read after its new value is set: in a later step, or, for a wide value, at all from there on. In the same
 * step a narrow old value stays in a local.
 */
function findOvertaken(design: FlatDesign, steps: readonly Step[]): Uint8Array {
  const overtaken = new Uint8Array(design.nets.length);
  const setIn = new Int32Array(design.nets.length).fill(nowhere);
  steps.forEach(({ units }, step) => {
    for (const unit of units) {
      const { sets, reads } = unit;
      for (let i = 0; i < sets.length; i++) setIn[sets[i]] = step;
      for (let i = 0; i < reads.length; i++) {
        const origin = setIn[reads[i]];
        if (origin !== nowhere && (origin < step || isWide(design.nets[reads[i]].width))) overtaken[reads[i]] = 1;
      }
    }
  });
  return overtaken;
}
