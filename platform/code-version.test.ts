import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { codeVersion } from "./code-version.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The version of main.js among these files. */
function versionOf(changes: Readonly<Record<string, string>>, without: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "whittle-code-"));
  folders.push(folder);
  const files = {
    "main.js": 'import { a } from "./lib/a.js";\nimport fc from "fast-check";\nexport { h } from "./hardware/h.js";\n',
    "lib/a.js": 'const late = await import("./late.js");\nexport const a = 1;\n',
    "lib/late.js": "export const late = 1;\n",
    "hardware/h.js": 'import "./inner.js";\nexport const h = 1;\n',
    "hardware/inner.js": "export {};\n",
    "other.js": "export const other = 1;\n",
    ...changes,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return codeVersion(["main.js"], without, folder);
}

it("changes with every file that is imported, however far away, and with no other", () => {
  const before = versionOf({});
  expect(versionOf({})).toBe(before);
  expect(versionOf({ "other.js": "export const other = 2;\n" })).toBe(before);
  for (const name of ["lib/a.js", "lib/late.js", "hardware/h.js", "hardware/inner.js"]) {
    expect(versionOf({ [name]: "export const changed = 1;\n" }), name).not.toBe(before);
  }
});

it("leaves a folder out, with what only it imports", () => {
  const before = versionOf({}, ["hardware"]);
  expect(before).not.toBe(versionOf({}));
  expect(versionOf({ "hardware/inner.js": "export const changed = 1;\n" }, ["hardware"])).toBe(before);
  expect(versionOf({ "lib/late.js": "export const changed = 1;\n" }, ["hardware"])).not.toBe(before);
});

it("changes with the version of a package", () => {
  expect(versionOf({ "lib/late.js": 'import "zod";\n' })).not.toBe(versionOf({ "lib/late.js": 'import "p-queue";\n' }));
});
