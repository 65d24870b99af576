import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { packageRoot } from "./package-root.ts";

/**
 * A hash of built code: of these files in the folder `built` (such as "catalog/check.js"), of all that they import, and of the versions
 * of the packages among that. Files below a folder of `without` do not count, nor what only they import. So two equal hashes
 * mean code that does the same.
 */
export function codeVersion(
  entries: readonly string[],
  without: readonly string[] = [],
  built: string = join(packageRoot(), "dist"),
): string {
  const left = without.map((folder) => join(built, folder) + sep);
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = entries.map((entry) => join(built, entry));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path) || left.some((folder) => path?.startsWith(folder))) continue;
    files.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith(".")) open.push(resolve(dirname(path), name));
      else if (!name.startsWith("node:")) packages.add(packageName(name));
    }
  }
  const hash = createHash("sha256");
  for (const path of [...files].sort()) hash.update(relative(built, path)).update(hashOf(path));
  for (const name of [...packages].sort()) hash.update(`${name} ${packageVersion(name)}`);
  return hash.update(process.version).digest("hex");
}

interface Source {
  readonly hash: string;
  readonly imports: readonly string[];
}

const sources = new Map<string, Source>();

/** Read once: generators share most of their code. */
function sourceOf(path: string): Source {
  const known = sources.get(path);
  if (known) return known;
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/\b(?:from|import)\b\s*\(?\s*"([^"\n]+)"/g)].map((match) => match[1]);
  // Only what a file of ours could mean; a text that looks like an import of a missing file is none.
  const real = imports.filter((name) => !name.startsWith(".") || existsSync(resolve(dirname(path), name)));
  const read = { hash: createHash("sha256").update(text).digest("hex"), imports: real };
  sources.set(path, read);
  return read;
}

const importsOf = (path: string) => sourceOf(path).imports;
const hashOf = (path: string) => sourceOf(path).hash;

const packageName = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** The version in the nearest node_modules above; npm may place a package in any of them. */
function packageVersion(name: string): string {
  for (let folder = packageRoot(); ; folder = dirname(folder)) {
    const manifest = join(folder, "node_modules", name, "package.json");
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
    if (dirname(folder) === folder) return "none";
  }
}
