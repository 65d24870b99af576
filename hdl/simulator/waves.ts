/** Waveforms as text, for snapshots: a line a signal, a column of equal width a cycle. */

/** A signal in a drawing. */
export interface Wave {
  readonly name: string;
  /** A line for a bit: true where it is 1. Boxes for a word: its text. "x" where it is unknown. One entry a cycle. */
  readonly cycles: readonly (boolean | string)[];
}

/** At most `columns` characters a line; what does not fit goes on in another block below. Cycles are numbered from `first` on. */
export function drawWaves(waves: readonly Wave[], columns: number, first = 0): string {
  const count = waves[0]?.cycles.length ?? 0;
  const names = Math.max(0, ...waves.map(({ name }) => name.length)) + 2;
  const cell = Math.max(2, ...waves.map(({ cycles }) => cellFor(cycles)));
  const perBlock = Math.max(1, Math.floor((columns - names - 1) / cell));
  const blocks: string[] = [];
  for (let from = 0; from < count; from += perBlock) {
    const to = Math.min(count, from + perBlock);
    const lines = waves.map(({ name, cycles }) => `${name.padEnd(names)}${drawn(cycles, from, to, cell)}`);
    blocks.push(
      [`${" ".repeat(names)}${ruler(first + from, first + to, cell)}`, ...lines]
        .map((line) => line.trimEnd())
        .join("\n"),
    );
  }
  return blocks.join("\n\n");
}

/** The narrowest cell in which every text fits the cycles over which it stands, with its left border. */
function cellFor(cycles: readonly (boolean | string)[]): number {
  let cell = 0;
  for (let from = 0, to = 1; from < cycles.length; from = to, to++) {
    while (to < cycles.length && cycles[to] === cycles[from]) to++;
    const text = cycles[from];
    if (typeof text === "string") cell = Math.max(cell, Math.ceil((text.length + 1) / (to - from)));
  }
  return cell;
}

function drawn(cycles: readonly (boolean | string)[], from: number, to: number, cell: number): string {
  const isBit = cycles.some((value) => typeof value === "boolean");
  let line = "";
  for (let i = from; i < to; i++) {
    const value = cycles[i];
    const before = i > 0 ? cycles[i - 1] : value;
    if (typeof value === "boolean") {
      const level = value ? "‾" : "_";
      line += (before === value || before === "x" ? level : value ? "╱" : "╲") + level.repeat(cell - 1);
    } else if (isBit) {
      line += value.repeat(cell);
    } else if (i === from || before !== value) {
      // The text runs on over the cycles in which it stays, and is cut where the block ends.
      let stays = 1;
      while (i + stays < to && cycles[i + stays] === value) stays++;
      const room = stays * cell - 1;
      line += `│${(value.length <= room ? value : `${value.slice(0, room - 1)}…`).padEnd(room)}`;
      i += stays - 1;
    }
  }
  return line !== "" && !isBit ? `${line}│` : line;
}

/** Numbers of cycles, as many as fit. */
function ruler(from: number, to: number, cell: number): string {
  const digits = `${to - 1}`.length + 1;
  const every = [1, 2, 5, 10, 20, 50, 100].find((step) => step * cell >= digits) ?? 1000;
  let line = "";
  for (let i = from; i < to; i++) if (i % every === 0) line = line.padEnd((i - from) * cell) + i;
  return line;
}
