import { randomBytes } from "node:crypto";
import { lstat, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What keeps a cache within bounds. */
export interface PruneLimits {
  /** Bytes that entries may take together. */
  readonly bytes: number;
  /** Entries that were used so recently stay: somebody may be about to open them. */
  readonly idleMs: number;
  /** At most one look at the whole cache in so long. */
  readonly everyMs: number;
}

const hour = 3600 * 1000;

/** `$WHITTLE_CACHE_MB`, else 4096 megabytes; entries idle for an hour may go; one look an hour. */
export function pruneLimits(env: NodeJS.ProcessEnv = process.env): PruneLimits {
  const megabytes = Number(env.WHITTLE_CACHE_MB || 4096);
  return { bytes: (megabytes > 0 ? megabytes : 4096) * 2 ** 20, idleMs: hour, everyMs: hour };
}

/** Remembers that an entry was used. Only a matter of which ones go first; failures do not count. */
export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}

/**
 * Removes entries (folders `root/KIND/ENTRY`), those first whose use is longest ago, until the rest is within the limit. Entries leave
 * by a rename, so nobody ever sees half of one. Failures do not count: others may be doing the same.
 */
export async function prune(root: string, limits: PruneLimits): Promise<void> {
  if (!(await due(join(root, "pruned"), limits.everyMs))) return;
  const entries: { folder: string; bytes: number; used: number }[] = [];
  for (const kind of await names(root)) {
    if (kind === "tmp" || kind === "failed") continue;
    for (const name of await names(join(root, kind))) {
      const folder = join(root, kind, name);
      const used = await stat(folder).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      );
      if (used !== undefined) entries.push({ folder, used, bytes: await bytesOf(folder) });
    }
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const now = Date.now();
  for (const { folder, bytes, used } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= limits.bytes || now - used < limits.idleMs) return;
    const leaving = join(root, "tmp", `pruned-${randomBytes(8).toString("hex")}`);
    const left = await rename(folder, leaving).then(
      () => true,
      () => false,
    );
    if (!left) continue;
    await rm(leaving, { recursive: true, force: true }).catch(() => undefined);
    total -= bytes;
  }
}

/** Whether it is time, by the age of a file, which is new then. */
async function due(stamp: string, everyMs: number): Promise<boolean> {
  const age = await stat(stamp).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (age < everyMs) return false;
  return await writeFile(stamp, "").then(
    () => true,
    () => false,
  );
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Bytes of all files below, without following links. */
async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.blocks * 512;
  const parts = await Promise.all((await names(path)).map((name) => bytesOf(join(path, name))));
  return parts.reduce((sum, bytes) => sum + bytes, 0);
}
