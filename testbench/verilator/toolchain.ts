import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../../platform/package-root.ts";
import { requireTool, toolVersion } from "../../platform/tools.ts";
import { UserError } from "../../sw-model/errors.ts";

/** What compiles a model: the tools, their headers, and our C++ sources. */
export interface Toolchain {
  readonly verilator: string;
  readonly compiler: string;
  /** Include folders: Verilator's runtime (also its sources), Boost, Node-API, our harness. */
  readonly include: string;
  readonly boost: string;
  readonly nodeApi: string;
  readonly harness: string;
  /** Text of the harness by file name. */
  readonly sources: ReadonlyMap<string, string>;
  /** What a build depends on besides its own sources. */
  readonly versions: readonly string[];
}

let found: Promise<Toolchain> | undefined;

/** Look for everything once; a missing tool is an error (exit status 3) each time. */
export async function findToolchain(): Promise<Toolchain> {
  const verilator = requireTool("verilator");
  const compiler = requireTool("g++");
  const boost = requireTool("boost");
  found ??= inspect(verilator, compiler, boost);
  return await found;
}

async function inspect(verilator: string, compiler: string, boost: string): Promise<Toolchain> {
  const harness = join(packageRoot(), "testbench", "harness");
  const [root, verilatorVersion, compilerVersion, names] = await Promise.all([
    execa(verilator, ["--getenv", "VERILATOR_ROOT"]),
    toolVersion("verilator", verilator),
    toolVersion("g++", compiler),
    readdir(harness),
  ]);
  const texts = await Promise.all(names.sort().map((name) => readFile(join(harness, name), "utf8")));
  return {
    verilator,
    compiler,
    include: join(root.stdout.trim(), "include"),
    boost,
    nodeApi: nodeApiHeaders(),
    harness,
    sources: new Map(names.map((name, index) => [name, texts[index]])),
    versions: [`verilator ${verilatorVersion}`, `g++ ${compilerVersion}`, process.platform, process.arch],
  };
}

/** npm may place the package in any node_modules folder above. */
function nodeApiHeaders(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("node-api-headers")), "include");
  } catch {
    throw new UserError(
      {
        code: "tool-missing",
        message: "the package node-api-headers is not installed",
        where: "node-api-headers",
        expected: "headers of Node-API; needed for --engine verilator: a model can also be loaded into Node",
        found: "no such package in any node_modules folder above",
        hint: "npm ci",
      },
      3,
    );
  }
}
