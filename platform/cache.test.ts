import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { cached, cacheRoot, contentKey } from "./cache.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "whittle-cache-"));
  vi.stubEnv("WHITTLE_CACHE", root);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it("finds its place by the environment", () => {
  expect(cacheRoot({ WHITTLE_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheRoot({ XDG_CACHE_HOME: "/b" })).toBe("/b/whittle");
  expect(cacheRoot({})).toMatch(/\/\.cache\/whittle$/);
});

it("keeps the parts of a key apart", () => {
  expect(contentKey(["ab", "c"])).not.toBe(contentKey(["a", "bc"]));
  expect(contentKey(["a"])).toMatch(/^[0-9a-f]{32}$/);
});

it("builds once for each key, also when asked twice at a time", async () => {
  let builds = 0;
  const build = async (folder: string) => {
    builds++;
    writeFileSync(join(folder, "result"), "done");
  };
  const [a, b] = await Promise.all([cached("kind", ["x"], build), cached("kind", ["x"], build)]);
  expect(a).toBe(b);
  expect(await cached("kind", ["x"], build)).toBe(a);
  expect(readFileSync(join(a, "result"), "utf8")).toBe("done");
  expect(builds).toBe(1);
  expect(await cached("kind", ["y"], build)).not.toBe(a);
  expect(await cached("other", ["x"], build)).not.toBe(a);
  expect(builds).toBe(3);
});

it("leaves nothing that counts when a build fails, and keeps its files for a look", async () => {
  let place = "";
  const failing = cached("kind", ["x"], async (folder, kept) => {
    place = kept;
    writeFileSync(join(folder, "half"), "");
    throw new Error("no luck");
  });
  await expect(failing).rejects.toThrow("no luck");
  expect(readdirSync(place)).toEqual(["half"]);
  expect(readdirSync(join(root, "tmp"))).toEqual([]);
  const folder = await cached("kind", ["x"], async (folder) => writeFileSync(join(folder, "whole"), ""));
  expect(readdirSync(folder)).toEqual(["whole"]);
});

it("discards its own build when another process was faster", async () => {
  const folder = await cached("kind", ["x"], async (mine) => {
    writeFileSync(join(mine, "result"), "mine");
    const theirs = join(root, "kind", contentKey(["x"]));
    mkdirSync(theirs);
    writeFileSync(join(theirs, "result"), "theirs");
  });
  expect(readFileSync(join(folder, "result"), "utf8")).toBe("theirs");
  expect(readdirSync(join(root, "tmp"))).toEqual([]);
});

it("clears away what an interrupted build left long ago, and not what is new", async () => {
  const [old, fresh] = ["old", "fresh"].map((name) => join(root, "tmp", name));
  for (const folder of [old, fresh]) mkdirSync(folder, { recursive: true });
  utimesSync(old, 0, 0);
  await cached("kind", ["x"], async () => undefined);
  await vi.waitFor(() => expect(existsSync(old)).toBe(false));
  expect(existsSync(fresh)).toBe(true);
});

it("says when the cache cannot be written", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  vi.stubEnv("WHITTLE_CACHE", join(file, "cache"));
  await expect(cached("kind", ["x"], async () => undefined)).rejects.toMatchObject({
    exitStatus: 2,
    details: { code: "cannot-write", where: join(file, "cache") },
  });
});

it("is not confused by blanks in its path", async () => {
  vi.stubEnv("WHITTLE_CACHE", join(root, "with a blank"));
  const folder = await cached("kind", ["x"], async (folder) => {
    execFileSync("touch", ["made"], { cwd: folder });
  });
  expect(readdirSync(folder)).toEqual(["made"]);
});
