import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import { join } from "node:path";
import { cached, forget, lookUp } from "../platform/cache.ts";
import { lastLines } from "../platform/children.ts";
import { runWorker } from "../platform/worker.ts";
import type { ErrorDetails } from "../sw-model/errors.ts";

/** How many processes work side by side, and how much memory each of them may take with its children. */
export interface Budget {
  readonly jobs: number;
  readonly megabytesEach: number;
}

/** So much a job gets unless the user wants more of them: the compiler of a large Verilated model needs it. */
const usualShare = 1024;

/** Shares `megabytes` (default three quarters of what is free) between `jobs` (default one a processor, if each gets enough). */
export function budgetOf(given: { readonly jobs?: number; readonly megabytes?: number } = {}): Budget {
  const megabytes = given.megabytes ?? Math.floor((0.75 * freemem()) / 2 ** 20);
  const jobs = given.jobs ?? Math.max(1, Math.min(availableParallelism(), Math.floor(megabytes / usualShare)));
  return { jobs, megabytesEach: Math.floor(megabytes / jobs) };
}

/** What a command line came to. */
export type Outcome =
  | { readonly kind: "document"; readonly exitStatus: number; readonly document: Record<string, unknown> }
  | {
      readonly kind: "error";
      /** As of the command; 1 when it came to none. */
      readonly exitStatus: number;
      readonly error: ErrorDetails;
    };

export type CachedOutcome = Outcome & { readonly cached: boolean };

/**
 * Runs a command line with --json in a worker. What ends with exit status 0 is kept by `key`, and is not run again while it is
 * there, unless `fresh`.
 */
export async function work(
  words: readonly string[],
  { megabytes, key, fresh = false }: { megabytes: number; key?: readonly string[]; fresh?: boolean },
): Promise<CachedOutcome> {
  if (key && !fresh) {
    const kept = await keptDocument(key);
    if (kept) return { kind: "document", exitStatus: 0, document: kept, cached: true };
  }
  if (key && fresh) await forget(kind, key);
  const outcome = await runAnew(words, megabytes);
  if (key && outcome.kind === "document" && outcome.exitStatus === 0) {
    await cached(kind, key, (folder) => writeFile(join(folder, file), JSON.stringify(outcome.document)));
  }
  return { ...outcome, cached: false };
}

const kind = "outcome";
const file = "document.json";

/** The document that was kept; undefined where there is none, or none that can be read. */
export async function keptDocument(key: readonly string[]): Promise<Record<string, unknown> | undefined> {
  const folder = lookUp(kind, key);
  if (folder === undefined) return undefined;
  try {
    return JSON.parse(await readFile(join(folder, file), "utf8")) as Record<string, unknown>;
  } catch {
    await forget(kind, key);
    return undefined;
  }
}

async function runAnew(words: readonly string[], megabytes: number): Promise<Outcome> {
  const { exitCode, stdout, stderr, outgrown } = await runWorker([...words, "--json"], megabytes);
  if (outgrown) {
    return {
      kind: "error",
      exitStatus: 1,
      error: {
        code: "out-of-memory",
        message: `it took more memory than the ${megabytes} MB that it may`,
        where: `whittle ${words.join(" ")}`,
        expected: `at most ${megabytes} MB`,
        hint: "give more with --memory, or fewer at a time with --jobs",
      },
    };
  }
  try {
    const document = JSON.parse(stdout) as Record<string, unknown>;
    if (document.error) return { kind: "error", exitStatus: exitCode ?? 1, error: document.error as ErrorDetails };
    if (exitCode !== undefined) return { kind: "document", exitStatus: exitCode, document };
  } catch {
    // Told below with what it printed instead.
  }
  return {
    kind: "error",
    exitStatus: 1,
    error: {
      code: "worker-died",
      message: `it ended ${exitCode === undefined ? "by a signal" : `with exit status ${exitCode}`} and without a result`,
      where: `whittle ${words.join(" ")}`,
      expected: "one JSON document",
      found: lastLines(stderr) || "nothing was printed",
    },
  };
}
