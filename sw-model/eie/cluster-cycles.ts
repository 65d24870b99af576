import { type Broadcasts, nextRow, type PeGroup } from "./pe-group-cycles.ts";

/** Words in order, from a buffer of two: when the first of them is there, and the word. */
interface Source {
  readonly visible: number;
  /** Row of activations that it comes from; infinite for the mark behind the last word. */
  readonly row: number;
  readonly col: number;
  /** It leaves; the next one becomes the first. */
  pop(time: number): void;
}

/** When there is room for another word in a buffer of two: after the last word but one has left. */
class Room {
  #last = Number.NEGATIVE_INFINITY;
  #before = Number.NEGATIVE_INFINITY;

  get from(): number {
    return this.#before + 1;
  }

  left(time: number): void {
    this.#before = this.#last;
    this.#last = time;
  }
}

/** The scan of one cluster: a nonzero activation a cycle; a row without any takes a cycle, and so does taking up the first row. */
class Scan implements Source {
  visible = 0;
  row = 0;
  col = -1;
  readonly #activations: ArrayLike<number>;
  readonly #pes: number;
  readonly #first: number;
  readonly #count: number;
  readonly #room = new Room();
  #lane = 0;
  /** When the row was taken up, and its last activation found. */
  #taken: number;
  #found: number;
  /** When rows after the first one can be read. */
  readonly #settled: number;

  constructor(
    { activations, before }: Broadcasts,
    { pes, first, count }: { readonly pes: number; readonly first: number; readonly count: number },
  ) {
    // What control says arrives an edge later.
    this.#taken = before.starts + 2;
    this.#found = this.#taken;
    this.#settled = before.settled + 1;
    this.#activations = activations;
    this.#pes = pes;
    this.#first = first;
    this.#count = count;
    this.#next();
  }

  pop(time: number): void {
    this.#room.left(time);
    this.#next();
  }

  #next(): void {
    const { length } = this.#activations;
    const rows = Math.ceil(length / this.#pes);
    while (this.row < rows) {
      while (this.#lane < this.#count) {
        const col = this.row * this.#pes + this.#first + this.#lane++;
        if (col >= length || this.#activations[col] === 0) continue;
        this.col = col;
        this.#found = Math.max(this.#found + 1, this.#room.from);
        this.visible = this.#found + 1;
        return;
      }
      const done = this.#found === this.#taken ? this.#taken + 1 : this.#found;
      this.#lane = 0;
      this.row++;
      this.#taken = this.row < rows ? nextRow(this.#taken, done, this.#settled) : done;
      this.#found = this.#taken;
    }
    this.visible = Math.max(this.#taken + 1, this.#room.from) + 1;
    this.row = Number.POSITIVE_INFINITY;
  }
}

/** Two sources in order of rows, the first one first, by a register: it waits until both show something. */
class Merge implements Source {
  visible = 0;
  row = 0;
  col = -1;
  readonly #sources: readonly [Source, Source];
  readonly #room = new Room();
  #fired = Number.NEGATIVE_INFINITY;

  constructor(sources: readonly [Source, Source]) {
    this.#sources = sources;
    this.#next();
  }

  pop(time: number): void {
    this.#room.left(time);
    this.#next();
  }

  #next(): void {
    const [a, b] = this.#sources;
    this.#fired = Math.max(this.#fired + 1, a.visible, b.visible, this.#room.from);
    this.visible = this.#fired + 1;
    const least = a.row <= b.row ? a : b;
    this.row = least.row;
    this.col = least.col;
    if (this.row !== Number.POSITIVE_INFINITY) least.pop(this.#fired);
  }
}

function mergeAll(sources: readonly Source[]): Source {
  let level = sources;
  while (level.length > 1) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [a, b] = level.slice(2 * i, 2 * i + 2);
      return b === undefined ? a : new Merge([a, b]);
    });
  }
  return level[0];
}

/** Of a layer on clusters, until the end is noticed: see `chainCycles`. */
export function clusteredCycles(
  pes: number,
  groups: readonly PeGroup[],
  broadcasts: Broadcasts,
): { readonly done: number; readonly blocked: number } {
  const { activations, bias } = broadcasts;
  const source = mergeAll(groups.map(({ first, count }) => new Scan(broadcasts, { pes, first, count })));
  const rooms = groups.map(() => new Room());
  let blocked = 0;
  let sent = Number.NEGATIVE_INFINITY;
  const broadcast = (col: number, found: number) => {
    sent = rooms.reduce((time, room) => Math.max(time, room.from), found + 1);
    blocked += sent - found - 1;
    groups.forEach((group, c) => {
      rooms[c].left(group.send(col, sent + 1));
    });
  };
  let found = Number.NEGATIVE_INFINITY;
  while (source.row !== Number.POSITIVE_INFINITY) {
    found = Math.max(source.visible, sent);
    const { col } = source;
    source.pop(found);
    broadcast(col, found);
  }
  // The mark of the end may have stood behind the last column.
  let last = Math.max(source.visible, found + 1);
  if (bias) {
    last = Math.max(last + 1, sent);
    broadcast(activations.length, last);
  }
  // That a cluster works is known an edge later.
  return { done: Math.max(last + 1, ...groups.map(({ arrived, end }) => Math.max(arrived + 2, end + 1))), blocked };
}
