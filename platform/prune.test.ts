import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { cached, contentKey } from "./cache.ts";
import { prune, pruneLimits } from "./prune.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "whittle-prune-"));
  mkdirSync(join(root, "tmp"));
});

const hour = 3600 * 1000;
const limits = { bytes: 250_000, idleMs: hour, everyMs: hour };

/** An entry of 100,000 bytes that was used so many hours ago. */
function entry(kind: string, name: string, hours: number): string {
  const folder = join(root, kind, name);
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(join(folder, "deep", "file"), new Uint8Array(100_000).fill(1));
  const used = Date.now() / 1000 - 3600 * hours;
  utimesSync(folder, used, used);
  return folder;
}

it("removes what was not used for longest until the rest fits", async () => {
  const [old, middle, young, other] = [
    entry("a", "x", 30),
    entry("b", "x", 20),
    entry("a", "y", 3),
    entry("b", "y", 2),
  ];
  await prune(root, limits);
  expect([old, middle, young, other].map(existsSync)).toEqual([false, false, true, true]);
  expect(readdirSync(join(root, "tmp"))).toEqual([]);
});

it("leaves what is in use, what failed, and what fits", async () => {
  const inUse = [1, 2, 3, 4].map((n) => entry("a", `${n}`, 0.5));
  const failed = entry("failed", "a", 50);
  await prune(root, limits);
  expect([...inUse, failed].map(existsSync)).toEqual([true, true, true, true, true]);
});

it("does not follow links, and looks only once in a while", async () => {
  const outside = entry("../outside", "x", 40);
  const folder = join(root, "a", "linked");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "file"), new Uint8Array(10_000).fill(1));
  symlinkSync(outside, join(folder, "link"));
  utimesSync(folder, 1, 1);
  await prune(root, { ...limits, bytes: 0 });
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(join(outside, "deep", "file"))).toBe(true);
  const late = entry("a", "late", 40);
  await prune(root, { ...limits, bytes: 0 });
  expect(existsSync(late)).toBe(true);
});

it("a use counts, and a build looks", async () => {
  vi.stubEnv("WHITTLE_CACHE", root);
  vi.stubEnv("WHITTLE_CACHE_MB", "0.15");
  const [used, unused] = [entry("kind", contentKey(["used"]), 30), entry("kind", "unused", 20)];
  expect(await cached("kind", ["used"], () => Promise.reject(new Error("it is there")))).toBe(used);
  await cached("kind", ["new"], async () => undefined);
  expect([used, unused].map(existsSync)).toEqual([true, false]);
  vi.unstubAllEnvs();
});

it("takes its limit from the environment", () => {
  expect(pruneLimits({}).bytes).toBe(4096 * 2 ** 20);
  expect(pruneLimits({ WHITTLE_CACHE_MB: "100" }).bytes).toBe(100 * 2 ** 20);
  expect(pruneLimits({ WHITTLE_CACHE_MB: "nonsense" }).bytes).toBe(4096 * 2 ** 20);
});
