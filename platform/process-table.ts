import { readdirSync, readFileSync } from "node:fs";

/** A running process, as the kernel tells. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** "Z" for one that has ended and waits to be noticed. */
  readonly state: string;
  /** Resident memory in bytes. */
  readonly memory: number;
}

/** Linux counts memory in pages of this size on the machines that Node runs on, save a few. */
const pageBytes = 4096;

/** All processes, from /proc; nothing where there is none (macOS). */
export function processTable(): ProcessEntry[] {
  return processIds().flatMap((pid) => {
    const entry = processEntry(pid);
    return entry ? [entry] : [];
  });
}

/** One process; undefined when it is gone, or where there is no /proc. */
export function processEntry(pid: number): ProcessEntry | undefined {
  try {
    // The name in parentheses may hold blanks; state, parent and, 20 fields on, memory follow it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { pid, state: fields[0], parent: Number(fields[1]), memory: Number(fields[21]) * pageBytes };
  } catch {
    return undefined;
  }
}

/** A process and all that come from it, parents first. */
export function familyOf(pid: number, table: readonly ProcessEntry[] = processTable()): ProcessEntry[] {
  const own = table.filter((entry) => entry.pid === pid);
  const below = (parent: number): ProcessEntry[] =>
    table.filter((entry) => entry.parent === parent).flatMap((entry) => [entry, ...below(entry.pid)]);
  return [...own, ...below(pid)];
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
