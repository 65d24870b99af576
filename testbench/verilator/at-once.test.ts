import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { cacheRoot } from "../../platform/cache.ts";
import { packageRoot } from "../../platform/package-root.ts";
import { prepareVerilator } from "./index.ts";

/** A cache that holds what set-up compiles, and no model. */
async function emptyCache(): Promise<string> {
  await prepareVerilator();
  const cache = mkdtempSync(join(tmpdir(), "whittle-at-once-"));
  for (const kind of ["runtime", "bridge"]) symlinkSync(join(cacheRoot(), kind), join(cache, kind));
  return cache;
}

function exec(cache: string) {
  const operation = join(cache, "operation.json");
  writeFileSync(operation, JSON.stringify({ vectors: [[0, 3, ...new Array(14).fill(0)]] }));
  const words = ["exec", "lnzd", "--engine", "verilator", "--op", operation, "--json"];
  const child = spawn(join(packageRoot(), "bin", "whittle"), words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WHITTLE_CACHE: cache },
  });
  const ended = once(child, "exit");
  return { child, ended, out: text(child.stdout), log: text(child.stderr) };
}

const models = (cache: string) => readdirSync(join(cache, "verilator"));

it("two processes build the same model at once, and one build stays", async () => {
  const cache = await emptyCache();
  const runs = [exec(cache), exec(cache), exec(cache)];
  for (const { ended, out } of runs) {
    expect((await ended)[0]).toBe(0);
    expect(JSON.parse(await out).result).toEqual({ results: [{ valid: true, index: 1, value: 3 }] });
  }
  expect(models(cache)).toHaveLength(1);
  expect(readdirSync(join(cache, "tmp"))).toEqual([]);
  rmSync(cache, { recursive: true, force: true });
});

it("a process that is killed while it builds leaves nothing that counts", async () => {
  const cache = await emptyCache();
  const { child, ended } = exec(cache);
  await expect
    .poll(() => readdirSync(cache).includes("tmp") && readdirSync(join(cache, "tmp")).length, { timeout: 60_000 })
    .toBe(1);
  child.kill("SIGKILL");
  await ended;
  expect(models(cache)).toEqual([]);
  const again = exec(cache);
  expect((await again.ended)[0]).toBe(0);
  expect(JSON.parse(await again.out).result.results).toHaveLength(1);
  const compiling = "compiling lnzd with Verilator\n";
  expect(await again.log).toContain(compiling);
  const built = exec(cache);
  expect((await built.ended)[0]).toBe(0);
  expect(await built.log).not.toContain(compiling);
  rmSync(cache, { recursive: true, force: true });
});
