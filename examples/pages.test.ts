/**
 * What the documentation shows is what the examples say and do. A line `<!-- FILE -->`, `<!-- FILE#REGION -->` or
 * `<!-- FILE: FUNCTION -->` above a block of code names where the block comes from: a file of examples/, a part of it between
 * `// #region` and `// #endregion`, or the text that an exported function gives. `npx vitest run examples/pages -u` rewrites the
 * blocks.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const pages = [
  ...readdirSync(join(root, "docs", "guide")).map((name) => `docs/guide/${name}`),
  ...["cheat-sheet", "coming-from"].map((name) => `docs/${name}.md`),
].filter((page) => existsSync(join(root, page)));

/** A block of code with the line that names its source. */
const marked = /^<!-- ([\w./-]+?)(?:#([\w-]+)|: (\w+))? -->\n```(\w+)\n[\s\S]*?^```$/gm;

async function refreshed(page: string): Promise<string> {
  const text = readFileSync(join(root, page), "utf8");
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(marked)) {
    const [block, file, region, output, language] = match;
    const source = output ? await outputOf(file, output) : sourceOf(file, region);
    const [marker] = block.split("\n", 1);
    parts.push(text.slice(from, match.index), `${marker}\n\`\`\`${language}\n${source.trimEnd()}\n\`\`\``);
    from = match.index + block.length;
  }
  return [...parts, text.slice(from)].join("");
}

function sourceOf(file: string, region: string | undefined): string {
  const lines = readFileSync(join(root, "examples", file), "utf8").split("\n");
  const begin = region ? lines.findIndex((line) => line.trim() === `// #region ${region}`) : -1;
  if (region && begin < 0) throw new Error(`examples/${file} has no region ${region}`);
  const rest = lines.slice(begin + 1);
  const shown = (
    region
      ? rest.slice(
          0,
          rest.findIndex((line) => line.trim() === "// #endregion"),
        )
      : rest
  ).filter((line) => !/^\s*\/\/ #(end)?region/.test(line));
  const margin = Math.min(...shown.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length));
  return shown.map((line) => line.slice(margin)).join("\n");
}

async function outputOf(file: string, name: string): Promise<string> {
  const module = (await import(join(root, "examples", file))) as Record<string, (() => unknown) | undefined>;
  const output = module[name];
  if (!output) throw new Error(`examples/${file} exports no ${name}`);
  return String(await output());
}

describe.each(pages)("%s", (page) => {
  it("shows what the examples say and do", async () => {
    await expect(await refreshed(page)).toMatchFileSnapshot(join(root, page));
  });

  it("has no code of unknown origin, and no broken link", () => {
    const text = readFileSync(join(root, page), "utf8");
    const others = text.replaceAll(marked, "");
    // Commands are for the reader's shell.
    expect([...others.matchAll(/^```(\w+)/gm)].map(([, language]) => language).filter((l) => l !== "sh")).toEqual([]);
    const links = [...others.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, target]) => target);
    const local = links.filter((target) => !/^https?:/.test(target));
    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});
