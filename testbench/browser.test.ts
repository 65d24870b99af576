/** The language and its simulator without Node: in a context that has only what a browser has, and in Chromium. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { Interpreter } from "../hdl/index.ts";
import { circuit, cycles, inputs, outputs, stimulus } from "./fixtures/in-browser.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** What the oracle says of the same design and inputs. */
function oracle(): string[] {
  const interpreter = new Interpreter(circuit());
  return Array.from({ length: cycles }, (_, cycle) => {
    Object.keys(inputs).forEach((name, place) => {
      interpreter.poke(name, stimulus(cycle, place));
    });
    const seen = outputs.map((name) => String(interpreter.peek(name))).join(" ");
    interpreter.step();
    return seen;
  });
}

let code = "";
const warnings: string[] = [];
beforeAll(async () => {
  const bundle = await rolldown({
    input: join(import.meta.dirname, "fixtures", "in-browser.ts"),
    platform: "browser",
    onLog: (_, log) => warnings.push(log.message),
  });
  const { output } = await bundle.generate({ format: "iife", name: "whittle" });
  await bundle.close();
  code = output[0].code;
});

function expectRight(text: string): void {
  const { seen, ...rest } = JSON.parse(text);
  expect(seen).toEqual(oracle());
  expect(rest).toEqual({
    sum: -21,
    waves: ["       0   1   2", "x      │-7         │", "total  │0  │-7 │-14│"].join("\n"),
    refused: "literal-out-of-range",
    modules: ["parts"],
  });
}

describe("the language bundled for a browser", () => {
  it("imports nothing", () => {
    expect(warnings).toEqual([]);
    expect(code).not.toMatch(/\brequire\(|\bfrom "node:/);
  });

  it.each([true, false])("runs where there is nothing of Node, making functions from text allowed: %s", (strings) => {
    // Of the web, which is more than JavaScript.
    const context = createContext({ TextEncoder }, { codeGeneration: { strings, wasm: true } });
    expect(runInContext("[typeof process, typeof require, typeof Buffer]", context)).toEqual(
      Array(3).fill("undefined"),
    );
    expectRight(runInContext(`${code}; whittle.run()`, context));
  });

  it.skipIf(chromium === undefined)(
    `runs in Chromium${chromium ? "" : " (SKIPPED: no chromium on this machine; apt-get install chromium)"}`,
    { timeout: 60_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "whittle-browser-"));
      try {
        const page = join(folder, "page.html");
        const script = `${code}\ndocument.getElementById("result").textContent = whittle.run();`;
        await writeFile(
          page,
          `<!doctype html><meta charset="utf-8"><pre id="result">nothing</pre><script>${script}</script>`,
        );
        const flags = [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
        ];
        const { stdout } = await promisify(execFile)(
          chromium as string,
          [
            ...flags,
            "--disable-component-update",
            "--disable-sync",
            `--user-data-dir=${folder}`,
            "--dump-dom",
            `file://${page}`,
          ],
          { timeout: 50_000, maxBuffer: 1 << 26 },
        );
        const result = /<pre id="result">([^<]*)<\/pre>/.exec(stdout)?.[1] ?? "";
        expectRight(result.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
