import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../sw-model/errors.ts";
import { type InstallCommands, type ToolName, tools } from "./tool-table.ts";

export type { InstallCommands, ToolName } from "./tool-table.ts";

/** What `whittle doctor` shows of one tool. */
export interface ToolReport {
  readonly name: string;
  readonly found: boolean;
  readonly version?: string;
  readonly path?: string;
  readonly neededFor: string;
  readonly neededByTests: boolean;
  readonly install: InstallCommands;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The path of a tool (for Boost: its include folder), or undefined when it is not there. */
export function findTool(name: ToolName, env: Environment = process.env): string | undefined {
  return name === "boost" ? findBoost(env) : findProgram(name, env);
}

/** The path of a tool; an error (exit status 3) that says how to install it when it is not there. */
export function requireTool(name: ToolName, env: Environment = process.env): string {
  const path = findTool(name, env);
  if (path !== undefined) return path;
  const { neededFor, install } = tools[name];
  throw new UserError(
    {
      code: "tool-missing",
      message: `${name} is not installed`,
      where: name,
      expected: `${name} on PATH; needed for ${neededFor}`,
      found: name === "boost" ? "no boost/beast.hpp in the usual include folders" : "no such program on PATH",
      hint: `Debian: ${install.debian}; macOS: ${install.macos}; Fedora: ${install.fedora}`,
    },
    3,
  );
}

/** The version number that a tool tells, e.g. "5.006"; undefined when it tells none. */
export async function toolVersion(name: ToolName, path: string): Promise<string | undefined> {
  const { versionArguments } = tools[name];
  if (name === "boost") return boostVersion(path);
  if (versionArguments === undefined) return undefined;
  const options = { all: true, reject: false, timeout: 20_000, stdin: "ignore" } as const;
  const { all } = await execa(path, versionArguments, options);
  return /\d+(\.\d+)+/.exec(all ?? "")?.[0];
}

/** Every tool, found or not, and the Yosys that comes embedded. */
export async function inspectTools(env: Environment = process.env): Promise<ToolReport[]> {
  const outside = await Promise.all((Object.keys(tools) as ToolName[]).map((name) => inspectTool(name, env)));
  return [...outside, embeddedYosys()];
}

async function inspectTool(name: ToolName, env: Environment): Promise<ToolReport> {
  const { neededFor, neededByTests, install } = tools[name];
  const path = findTool(name, env);
  const version = path === undefined ? undefined : await toolVersion(name, path);
  return {
    name,
    found: path !== undefined,
    ...(version === undefined ? {} : { version }),
    ...(path === undefined ? {} : { path }),
    neededFor,
    neededByTests,
    install,
  };
}

function findProgram(name: string, env: Environment): string | undefined {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && isProgram(path)) return path;
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const usualIncludes = ["/usr/include", "/usr/local/include", "/opt/homebrew/include", "/opt/local/include"];

/** Headers are not on PATH; with PATH empty nothing counts as installed, so that tests can take everything away. */
function findBoost(env: Environment): string | undefined {
  if (!env.PATH) return undefined;
  const named = (env.CPLUS_INCLUDE_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...named, ...usualIncludes].find((folder) => existsSync(join(folder, "boost", "beast.hpp")));
}

function boostVersion(include: string): string | undefined {
  const text = readFileSync(join(include, "boost", "version.hpp"), "utf8");
  const match = /#define BOOST_LIB_VERSION "([\d_]+)"/.exec(text);
  return match?.[1].replaceAll("_", ".");
}

function embeddedYosys(): ToolReport {
  const manifest = embeddedManifest();
  const version =
    manifest === undefined ? undefined : (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  return {
    name: "@yowasp/yosys",
    found: manifest !== undefined,
    ...(version === undefined ? {} : { version }),
    ...(manifest === undefined ? {} : { path: dirname(manifest) }),
    neededFor: "synth, where no system Yosys is installed",
    neededByTests: true,
    install: { debian: "npm ci", macos: "npm ci", fedora: "npm ci" },
  };
}

/** npm may place the package in any node_modules folder above. */
function embeddedManifest(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("@yowasp/yosys")), "..", "package.json");
  } catch {
    return undefined;
  }
}
