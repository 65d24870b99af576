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
    const { all } = await execa(biome, ["lint", "--colors=off", "--max-diagnostics=none", "design.ts"], {
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

it("finds them in every statement and operator that tests a value", async () => {
  const source = [
    "if (a.eq(b)) q.set(a); else q.set(b);",
    "if (a.eq(b)) { q.set(a); } else { q.set(b); }",
    "if (wide) q.set(a); else if (a.le(b)) q.set(b);",
    "do { step(); } while (a.eq(b));",
    "for (; a.lt(b); ) step();",
    "for (let i = 0; a.lt(b); i++) { step(); }",
    "const both = a.eq(b) && c;",
    "const either = a.eq(b) || c;",
    "if ((a.eq(b))) q.set(a);",
    "if (wide && a.eq(b)) q.set(a);",
    "if (c.and(d)) q.set(a);",
    "if (c.or(d.not())) q.set(a);",
    "if (a.bit(0)) q.set(a);",
    "const d = c.xor(e) ? a : b;",
    "while (c.not()) step();",
    "if (a.bits(3, 0).eq(b) && c) { q.set(a); }",
    "if (a.bitAt(b)) q.set(a);",
    'if (machine.is("idle")) q.set(a);',
    "if (words.fire) q.set(a);",
    "if (io.words.valid && wide) q.set(a);",
    "const taken = words.ready ? a : b;",
    "if (!words.valid) q.set(a);",
    "if (a.eq(b) === true) q.set(a);",
    "if (a.eq(b) == false) q.set(a);",
    "while (a.bit(0) !== true) step();",
  ];
  const lines = await found(source.join("\n"));
  expect([...new Set(lines)]).toEqual(source.map((_, i) => i + 1));
});

it("leaves the conditions of JavaScript alone", async () => {
  const source = [
    "if (width > 3 && signed) q.set(a); else q.set(b);",
    "for (let i = 0; i < width; i++) sums.push(a.bit(i).and(b.bit(i)));",
    "do { i++; } while (i < width);",
    "const both = signed && a.eq(b);",
    "const first = given ?? a.and(b);",
    "if (dut.out.words.valid && dut.in.words.ready) taken.push(dut.out.words.data);",
    "if (seen.out.valid) stop();",
    "if (Object.is(width, 3)) q.set(a);",
    "if (count(a) === 3) q.set(a);",
    "if (reader.bit() !== 0) q.set(a);",
    "if (type.is(kind)) q.set(a);",
    "words.ready.set(full.not());",
    "m.when(a.bit(0), () => q.set(wide ? a : b)).elseWhen(c.and(d), () => q.set(b));",
    "q.set(select(uint(8), a.lt(b), a, b));",
  ];
  expect(await found(source.join("\n"))).toEqual([]);
});
