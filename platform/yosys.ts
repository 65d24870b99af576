import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../sw-model/errors.ts";
import { lastLines, spawnChild, within } from "./children.ts";
import { temporaryFolder } from "./temporary.ts";
import { findTool, requireTool, toolVersion } from "./tools.ts";

/** Which Yosys to run: the one on PATH, or the one that comes with the package. */
export type YosysChoice = "system" | "embedded";

/** A Yosys that can run. */
export interface Yosys {
  readonly tool: "yosys" | "@yowasp/yosys";
  readonly version: string;
  /** The program and its arguments before those of Yosys. */
  readonly command: readonly string[];
}

/** Runs in a process of its own, so that it can be ended; WebAssembly cannot be interrupted from within. */
const embeddedMain = (bundle: string) => `
import { runYosys } from ${JSON.stringify(bundle)};
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
const before = Object.fromEntries(readdirSync(".").map((name) => [name, readFileSync(name)]));
const print = (bytes) => { if (bytes) process.stderr.write(bytes); };
try {
  const after = await runYosys(process.argv.slice(1), before, { stdout: print, stderr: print, decodeASCII: false });
  for (const [name, content] of Object.entries(after)) {
    if (!(name in before) && content instanceof Uint8Array) writeFileSync(name, content);
  }
} catch (error) {
  if (error?.files?.[process.argv[2]]) writeFileSync(process.argv[2], error.files[process.argv[2]]);
  else console.error("ERROR: " + error);
  process.exitCode = 1;
}
`;

/** The Yosys to use: the choice, else the one on PATH, else the embedded one. */
export async function findYosys(choice?: YosysChoice): Promise<Yosys> {
  const path = choice === "system" ? requireTool("yosys") : choice === "embedded" ? undefined : findTool("yosys");
  if (path !== undefined) {
    return { tool: "yosys", version: String(await toolVersion("yosys", path)), command: [path] };
  }
  const bundle = createRequire(import.meta.url).resolve("@yowasp/yosys");
  const manifest = await readFile(join(dirname(bundle), "..", "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const main = embeddedMain(pathToFileURL(bundle).href);
  return {
    tool: "@yowasp/yosys",
    version,
    command: [process.execPath, "--input-type=module", "--eval", main, "--"],
  };
}

/** Run a script on files and hand back the files that it left, as far as they were asked for. */
export async function runYosys(
  yosys: Yosys,
  script: string,
  inputs: Readonly<Record<string, string>>,
  outputs: readonly string[],
  timeoutMs: number,
): Promise<Readonly<Record<string, string>>> {
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-synth-${randomBytes(8).toString("hex")}`));
  const folder = temporary.path;
  try {
    const all = { ...inputs, "script.ys": `${script}\n` };
    await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(folder, name), text)));
    await runIn(folder, yosys, timeoutMs);
    const texts = await Promise.all(outputs.map((name) => readFile(join(folder, name), "utf8")));
    return Object.fromEntries(outputs.map((name, index) => [name, texts[index]]));
  } finally {
    await temporary.remove();
  }
}

async function runIn(folder: string, { command, tool }: Yosys, timeoutMs: number): Promise<void> {
  const [program, ...args] = command;
  const child = spawnChild(program, [...args, "-ql", "yosys.log", "-s", "script.ys"], {
    // Yosys makes folders for abc there, and cannot clear them away when it is killed.
    env: { TMPDIR: folder },
    cwd: folder,
    all: true,
    stdin: "ignore",
  });
  const { result, late } = await within(child, timeoutMs);
  if (!result.failed) return;
  // The log says more than the screen, for example what ABC printed.
  const log = await readFile(join(folder, "yosys.log"), "utf8").catch(() => "");
  const output = lastLines(log) || lastLines(String(result.all ?? ""));
  throw new UserError(
    {
      code: late ? "synthesis-too-long" : "synthesis-failed",
      message: late ? `${tool} did not end within ${timeoutMs} ms` : `${tool} failed: ${reason(output)}`,
      where: tool,
      expected: "a design that can be synthesized",
      found: output || String(result.shortMessage),
      ...(late ? { hint: "choose a smaller design or a module of it, or allow more time" } : {}),
    },
    1,
  );
}

const reason = (output: string) => /^.*ERROR: (.*)$/m.exec(output)?.[1] ?? "it printed no reason";
