/**
 * What the documentation shows is what the examples say and do. A line `<!-- FILE -->`, `<!-- FILE#REGION -->` or
 * `<!-- FILE: FUNCTION -->` above a block of code or a table names where it comes from: a file of examples/, a part of it between
 * `// #region` and `// #endregion`, or the text that an exported function gives. `npx vitest run examples/pages -u` rewrites the
 * blocks.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import * as language from "../hdl/index.ts";
import { mac } from "./mac.ts";

const root = join(import.meta.dirname, "..");
const pages = [
  ...readdirSync(join(root, "docs", "guide")).map((name) => `docs/guide/${name}`),
  ...[
    "array",
    "bnn-training",
    "cheat-sheet",
    "coming-from",
    "coverage",
    "finn",
    "limited-precision",
    "lnzd",
    "tasks",
    "testbench",
  ].map((name) => `docs/${name}.md`),
].filter((page) => existsSync(join(root, page)));

/** A block of code, or a table, with the line that names its source. */
const marked = /^<!-- ([\w./-]+?)(?:#([\w-]+)|: (\w+))? -->\n(?:```(\w+)\n[\s\S]*?^```$|(?:\|.*\n?)*)/gm;

async function refreshed(page: string): Promise<string> {
  const text = readFileSync(join(root, page), "utf8");
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(marked)) {
    const [block, file, region, output, language] = match;
    const source = output ? await outputOf(file, output) : sourceOf(file, region);
    const [marker] = block.split("\n", 1);
    const shown = language ? `\`\`\`${language}\n${source.trimEnd()}\n\`\`\`` : `${source.trimEnd()}\n`;
    parts.push(text.slice(from, match.index), `${marker}\n${shown}`);
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

  it("has no code of unknown origin", () => {
    const others = readFileSync(join(root, page), "utf8").replaceAll(marked, "");
    // Commands are for the reader's shell.
    expect([...others.matchAll(/^```(\w+)/gm)].map(([, language]) => language).filter((l) => l !== "sh")).toEqual([]);
  });
});

it("no page links to what is not there", () => {
  const folders = [".", "docs", "docs/guide", "docs/rationale"];
  const all = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  );
  const broken = all.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it("the entry points of the package are files that the build makes", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, string>;
  };
  const sources = Object.values(exports).map((file) => file.replace("./dist/", "").replace(/js$/, "ts"));
  expect(sources.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(Object.keys(exports)).toEqual([".", "./parts", "./synth", "./testbench", "./vitest"]);
});

describe("guide and cheat sheet", () => {
  const shown = pages
    .filter((page) => !page.includes("coming-from"))
    .map((page) => readFileSync(join(root, page), "utf8"))
    .join("\n");
  const words = new Set(shown.match(/\w+/g));

  it("name everything that the language exports", () => {
    expect(Object.keys(language).filter((name) => !words.has(name))).toEqual([]);
  });

  it("name every method of signals", () => {
    const { BitSignal, EnumSignal, FixedSignal, SIntSignal, UIntSignal } = language;
    // Not for users: what operators share.
    const inner = [
      "constructor",
      "compare",
      "exact",
      "modular",
      "product",
      "narrowed",
      "fitted",
      "widened",
      "withoutLow",
    ];
    const missing = [BitSignal, EnumSignal, FixedSignal, SIntSignal, UIntSignal].flatMap(({ name, prototype }) =>
      methodsOf(prototype)
        .filter((method) => !words.has(method) && !inner.includes(method))
        .map((method) => `${name}.${method}`),
    );
    expect(missing).toEqual([]);
  });

  it("name every call of m, and none that does not exist", () => {
    let calls: string[] = [];
    const empty = language.defineModule("empty", (_: Record<never, never>) => ({
      ports: { y: language.output(language.bit) },
      build({ y }, m) {
        y.set(true);
        calls = methodsOf(Object.getPrototypeOf(m));
      },
    }));
    language.elaborate(empty, {});
    const named = new Set([...shown.matchAll(/\bm\.(\w+)/g)].map(([, call]) => call));
    // Elaboration calls these.
    const inner = ["constructor", "declarePorts", "finish", "run"];
    expect(calls.filter((call) => !named.has(call) && !inner.includes(call))).toEqual([]);
    expect([...named].filter((call) => !calls.includes(call))).toEqual([]);
  });

  it("name every option and method of a simulation", () => {
    const dut = language.simulate(mac, { width: 8, accWidth: 16 });
    const members = [
      ...Object.keys(dut),
      ...methodsOf(Object.getPrototypeOf(dut)).filter((name) => name !== "constructor"),
    ];
    expect(members.filter((name) => !words.has(name))).toEqual([]);
    const named = new Set([...shown.matchAll(/\bdut\.(\w+)/g)].map(([, member]) => member));
    expect([...named].filter((name) => !members.includes(name))).toEqual([]);
  });
});

function methodsOf(prototype: object | null): string[] {
  if (prototype === null || prototype === Object.prototype) return [];
  return [...Object.getOwnPropertyNames(prototype), ...methodsOf(Object.getPrototypeOf(prototype))];
}
