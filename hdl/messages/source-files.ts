/**
 * The user's files, for positions and the lines that errors quote. Node's modules are fetched when they are there, never
 * imported, so that the language runs in a browser too: paths stay as they are then, and no lines are quoted.
 */
const { fs, url } = nodeModules();

function nodeModules() {
  const get = globalThis.process?.getBuiltinModule;
  return get ? { fs: get("node:fs"), url: get("node:url") } : {};
}

/** A path with forward slashes for a path or a file URL; other URLs as they are. */
export function pathOf(place: string): string {
  const file = place.startsWith("file://") && url ? url.fileURLToPath(place) : place;
  return file.replaceAll("\\", "/");
}

const packageRoots = new Map<string, string>();

/** The path from the folder of the nearest package.json. */
export function packageRelative(path: string): string {
  return fs ? path.slice(packageRoot(parentOf(path)).length + 1) : path;
}

function packageRoot(folder: string): string {
  const known = packageRoots.get(folder);
  if (known !== undefined) return known;
  const top = !folder.includes("/");
  const root = top || fs?.existsSync(`${folder}/package.json`) ? folder : packageRoot(parentOf(folder));
  packageRoots.set(folder, root);
  return root;
}

/** The folder of a path, without a slash at its end. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

const files = new Map<string, readonly string[]>();

/** A line of a source file, counted from 1; undefined where the file cannot be read. */
export function sourceLine(path: string, line: number): string | undefined {
  let lines = files.get(path);
  if (lines === undefined) {
    try {
      lines = fs?.readFileSync(path, "utf8").split("\n") ?? [];
    } catch {
      lines = [];
    }
    files.set(path, lines);
  }
  return lines[line - 1];
}
