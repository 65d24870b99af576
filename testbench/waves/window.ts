import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { DesignUnderTest } from "../simulation.ts";

/** A net of a window. Several nets can be the same wire, seen from several modules. */
export interface WindowNet {
  /** Instance names from the design on, empty for its own nets. */
  readonly scope: readonly string[];
  readonly name: string;
  /** Which wire it is. */
  readonly wire: number;
}

/** What the nets of a design were in some cycles that follow each other. */
export interface WaveWindow {
  readonly top: string;
  /** Number of the first cycle: edges since the end of reset. */
  readonly first: number;
  readonly nets: readonly WindowNet[];
  /** Bits of each wire. */
  readonly widths: readonly number[];
  /** Digits of each wire in the first cycle, "x" and "z" among them. */
  readonly start: readonly string[];
  /** What changed against the cycle before; the first entry is empty. A row holds what stands before an edge, the last one what stands at the end. */
  readonly cycles: readonly ReadonlyMap<number, string>[];
}

/** Edges for which every engine holds the reset. */
const resetEdges = 2;
interface Declared extends WindowNet {
  readonly path: readonly string[];
}

/** The last cycles in a value change dump of a design, as any of the engines writes it. A dump can be longer than the memory. */
export async function readWindow(
  file: string,
  design: Pick<DesignUnderTest, "top" | "ports" | "clock" | "reset">,
  count: number,
): Promise<WaveWindow> {
  const declared: Declared[] = [];
  const widths: number[] = [];
  const wires = new Map<string, number>();
  const path: string[] = [];
  let root: readonly string[] = [];
  let clock: number | undefined;
  const now: string[] = [];
  let level = "x";
  let start: string[] = [];
  let cycles: Map<number, string>[] = [];
  let changes = new Map<number, string>();
  // Changes since the last time stamp: what stands before an edge is not what comes with it.
  let fresh = new Map<number, string>();
  let rows = 0;

  const row = () => {
    if (rows === 0) start = widths.map((_, wire) => now[wire] ?? "x");
    cycles.push(rows === 0 ? new Map() : changes);
    changes = new Map();
    rows++;
    if (cycles.length <= count) return;
    const [, next] = cycles;
    for (const [wire, digits] of next) start[wire] = digits;
    cycles = [cycles[0], ...cycles.slice(2)];
  };
  const take = (wire: number, digits: string) => {
    if (now[wire] === digits) return;
    now[wire] = digits;
    changes.set(wire, digits);
  };
  const settle = () => {
    const edge = clock === undefined ? level : (fresh.get(clock) ?? level);
    const rises = level === "0" && edge === "1";
    if (rises) row();
    level = edge;
    for (const [wire, digits] of fresh) take(wire, digits);
    fresh = new Map();
  };

  let inHeader = true;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const words = line.trim().split(/\s+/);
    if (inHeader) {
      if (words[0] === "$scope") path.push(words[2]);
      if (words[0] === "$upscope") path.pop();
      if (words[0] === "$var") {
        const [, , width, id, name] = words;
        let wire = wires.get(id);
        if (wire === undefined) {
          wire = wires.size;
          wires.set(id, wire);
          widths.push(Number(width));
        }
        declared.push({ path: [...path], scope: [], name, wire });
      }
      if (words[0] !== "$enddefinitions") continue;
      inHeader = false;
      root = rootOf(declared, design);
      const own = new Map(declared.filter(({ path }) => same(path, root)).map(({ name, wire }) => [name, wire]));
      clock = design.clock === undefined ? undefined : own.get(design.clock);
      continue;
    }
    const text = words[0];
    if (text.startsWith("#")) {
      settle();
      // Without a clock every time is a row of its own.
      if (clock === undefined && changes.size > 0) row();
    } else if (/^[bB]/.test(text)) {
      const wire = wires.get(words[1]);
      if (wire !== undefined) fresh.set(wire, extended(text.slice(1).toLowerCase(), widths[wire]));
    } else if (/^[01xzXZ]/.test(text)) {
      const wire = wires.get(text.slice(1));
      if (wire !== undefined) fresh.set(wire, text[0].toLowerCase());
    }
  }
  settle();
  row();
  return {
    top: design.top,
    first: rows - cycles.length - (design.reset === undefined ? 0 : resetEdges),
    nets: declared
      .filter((net) => same(net.path.slice(0, root.length), root))
      .map(({ path, name, wire }) => ({ scope: path.slice(root.length), name, wire })),
    widths,
    start,
    cycles,
  };
}

/** The wire of each port. */
export function portWires(window: WaveWindow): Map<string, number> {
  return new Map(window.nets.filter(({ scope }) => scope.length === 0).map(({ name, wire }) => [name, wire]));
}

/** The digits of a wire, one entry a cycle. */
export function digitsOf({ start, cycles }: WaveWindow, wire: number): string[] {
  let digits = start[wire];
  return cycles.map((changes) => {
    digits = changes.get(wire) ?? digits;
    return digits;
  });
}

/** Only the last cycles of a window. */
export function lastCycles(window: WaveWindow, count: number): WaveWindow {
  const dropped = window.cycles.length - count;
  if (dropped <= 0) return window;
  const start = [...window.start];
  for (const changes of window.cycles.slice(0, dropped + 1)) {
    for (const [wire, digits] of changes) start[wire] = digits;
  }
  const cycles = [new Map<number, string>(), ...window.cycles.slice(dropped + 1)];
  return { ...window, first: window.first + dropped, start, cycles };
}

/** The outermost instance that has all ports: engines put test benches and shells around a design. */
function rootOf(declared: readonly Declared[], { ports }: Pick<DesignUnderTest, "ports">): readonly string[] {
  const scopes = new Map<string, { readonly path: readonly string[]; readonly names: Set<string> }>();
  for (const { path, name } of declared) {
    const key = path.join("\n");
    const scope = scopes.get(key) ?? { path, names: new Set() };
    scope.names.add(name);
    scopes.set(key, scope);
  }
  const whole = [...scopes.values()].find(({ names }) => ports.every(({ name }) => names.has(name)));
  return whole?.path ?? [];
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((part, i) => part === b[i]);

/** All digits of a value: a dump leaves leading ones out (IEEE 1364, section 18.2.1). */
function extended(digits: string, width: number): string {
  return digits.padStart(width, digits[0] === "1" ? "0" : digits[0]);
}
