import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { unwritable } from "./atomic-write.ts";
import { makeFolder } from "./folders.ts";
import { markUsed, prune, pruneLimits } from "./prune.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** Where builds are kept: `$WHITTLE_CACHE`, else `$XDG_CACHE_HOME/whittle`, else `~/.cache/whittle`. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.WHITTLE_CACHE) return env.WHITTLE_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "whittle");
}

/** The content hash that names a build. Parts are kept apart, so ["ab", "c"] and ["a", "bc"] differ. */
export function contentKey(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, 32);
}

const building = new Map<string, Promise<string>>();

/**
 * The folder that `build` fills for this kind and key, built at most once. A build goes to a temporary folder that is
 * renamed when it is whole, so an interrupted one leaves nothing that counts, and of two processes that build the
 * same key at once the slower one discards its own. A failed build is kept apart under `failed/`, for a look;
 * `build` gets that place as its second argument, so that its error can name it. After a build, what was not used for longest leaves
 * a cache that has grown too large (see `prune`).
 */
export function cached(
  kind: string,
  keyParts: readonly (string | Uint8Array)[],
  build: (folder: string, keptOnFailure: string) => Promise<void>,
): Promise<string> {
  const root = cacheRoot();
  const folder = join(root, kind, contentKey(keyParts));
  const known = building.get(folder);
  if (known !== undefined) return known;
  const work = buildOnce(root, kind, folder, build).finally(() => building.delete(folder));
  building.set(folder, work);
  return work;
}

/** The folder of this kind and key, when it was built. */
export function lookUp(kind: string, keyParts: readonly (string | Uint8Array)[]): string | undefined {
  const folder = join(cacheRoot(), kind, contentKey(keyParts));
  if (!existsSync(folder)) return undefined;
  void markUsed(folder);
  return folder;
}

/** Removes what was built for this kind and key, if anything was. */
export async function forget(kind: string, keyParts: readonly (string | Uint8Array)[]): Promise<void> {
  await rm(join(cacheRoot(), kind, contentKey(keyParts)), { recursive: true, force: true });
}

async function buildOnce(
  root: string,
  kind: string,
  folder: string,
  build: (folder: string, keptOnFailure: string) => Promise<void>,
): Promise<string> {
  if (existsSync(folder)) {
    await markUsed(folder);
    return folder;
  }
  const temporaries = join(root, "tmp");
  const kept = join(root, "failed", kind);
  const temporary = await claim(temporaries, join(root, kind)).catch((error) => {
    throw unwritable(root, error);
  });
  void removeStale(temporaries);
  try {
    await build(temporary.path, kept);
  } catch (error) {
    await keepFailed(temporary, kept);
    throw unwritable(temporary.path, error);
  }
  try {
    await rename(temporary.path, folder);
    temporary.keep();
  } catch (error) {
    // Another process was first: its result is as good as ours.
    await temporary.remove();
    if (!existsSync(folder)) throw unwritable(folder, error);
  }
  await prune(root, pruneLimits());
  return folder;
}

async function claim(temporaries: string, kindFolder: string): Promise<TemporaryFolder> {
  makeFolder(kindFolder);
  return await temporaryFolder(join(temporaries, `${process.pid}-${randomBytes(8).toString("hex")}`));
}

async function keepFailed(temporary: TemporaryFolder, kept: string): Promise<void> {
  try {
    await rm(kept, { recursive: true, force: true });
    makeFolder(join(kept, ".."));
    await rename(temporary.path, kept);
    temporary.keep();
  } catch {
    await temporary.remove();
  }
}

const staleAfterMs = 24 * 3600 * 1000;

/** Remove what interrupted builds left a day ago or earlier. Only a matter of space; failures do not count. */
async function removeStale(temporaries: string): Promise<void> {
  const names = await readdir(temporaries).catch(() => []);
  for (const name of names) {
    const path = join(temporaries, name);
    // Any of them may belong to another process and vanish at any time.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleAfterMs) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
