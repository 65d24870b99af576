import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { killChild, lastLines, runningChildren, spawnChild } from "./children.ts";
import { packageRoot } from "./package-root.ts";

it("kills a child with all that it started", async () => {
  const child = spawnChild("sh", ["-c", "sleep 1000 & echo started; wait"], { buffer: false });
  await once(child.stdout, "data");
  expect(runningChildren()).toEqual([child.pid]);
  // The grandchild holds the same pipe, which ends when nobody does.
  const ended = once(child.stdout, "end");
  killChild(child.pid);
  await ended;
  expect((await child).signal).toBe("SIGKILL");
  expect(runningChildren()).toEqual([]);
  killChild(child.pid);
});

it("does not reject when a program fails or is not there", async () => {
  expect((await spawnChild("false", [], {})).exitCode).toBe(1);
  expect((await spawnChild("no-such-program", [], {})).failed).toBe(true);
  expect(runningChildren()).toEqual([]);
});

it("keeps the last lines", () => {
  expect(lastLines("a\n\nb\nc\n", 2)).toBe("b\nc");
  expect(lastLines("")).toBe("");
});

/** The modules under test as JavaScript, in a program that starts a child and then does as it is told. */
function program(ending: string): { path: string; temporary: string } {
  const folder = mkdtempSync(join(tmpdir(), "whittle-children-"));
  const temporary = join(folder, "temporary");
  const execa = pathToFileURL(createRequire(import.meta.url).resolve("execa")).href;
  for (const name of ["at-end", "children", "folders", "temporary"]) {
    const source = readFileSync(join(packageRoot(), "platform", `${name}.ts`), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    const text = outputText.replace('"execa"', JSON.stringify(execa)).replaceAll('.ts"', '.mjs"');
    writeFileSync(join(folder, `${name}.mjs`), text);
  }
  const main = `
    import { spawnChild } from "./children.mjs";
    import { temporaryFolder } from "./temporary.mjs";
    await temporaryFolder(${JSON.stringify(temporary)});
    spawnChild("sh", ["-c", "echo started; sleep 1000"], { stdout: "inherit" });
    setTimeout(() => { ${ending} }, 300);
  `;
  const path = join(folder, "program.mjs");
  writeFileSync(path, main);
  return { path, temporary };
}

it.each([
  ["exits", "process.exit(3)", 3, null],
  ["gets SIGINT", 'process.kill(process.pid, "SIGINT")', null, "SIGINT"],
  ["gets SIGTERM", 'process.kill(process.pid, "SIGTERM")', null, "SIGTERM"],
  ["fails", 'throw new Error("oops")', 1, null],
  [
    "handles SIGINT itself",
    'process.on("SIGINT", () => process.exit(130)); process.kill(process.pid, "SIGINT")',
    130,
    null,
  ],
])("leaves no child and no temporary folder when this process %s", async (_, ending, code, signal) => {
  const { path, temporary } = program(ending);
  const parent = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(parent, "exit");
  parent.stdout.resume();
  // The sleeping grandchild shares the pipe: it ends with the last of them.
  await once(parent.stdout, "end");
  expect(await exited).toEqual([code, signal]);
  expect(existsSync(temporary)).toBe(false);
});
