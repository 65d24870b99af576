import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { packageRoot } from "../platform/package-root.ts";

/** The lines of a source in which the rule finds something. */
async function found(source: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-lint-"));
  try {
    const plugins = [join(packageRoot(), "lint", "signal-as-condition.grit")];
    writeFileSync(
      join(folder, "biome.json"),
      JSON.stringify({ root: true, plugins, linter: { rules: { preset: "none" } } }),
    );
    writeFileSync(join(folder, "design.ts"), source);
    const biome = join(packageRoot(), "node_modules", ".bin", "biome");
    const { all } = await execa(biome, ["lint", "--colors=off", "design.ts"], {
      cwd: folder,
      all: true,
      reject: false,
    });
    return [...all.matchAll(/design\.ts:(\d+):\d+ plugin/g)].map(([, line]) => Number(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("finds signals as conditions of JavaScript, and nothing else", async () => {
  const source = [
    "if (a.eq(b)) q.set(a);",
    "if (count.lt(3)) { q.set(a); }",
    "q.set(a.nonzero() ? a : b);",
    "const same = !a.ne(b);",
    "while (a.ge(b)) step();",
    "m.when(a.eq(b), () => q.set(a));",
    "if (width === 3) q.set(a);",
    "const c = parameters.signed ? a : b;",
  ];
  expect(await found(source.join("\n"))).toEqual([1, 2, 3, 4, 5]);
});
