import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";

/** Make a folder and its parents; note in `undo` how to remove those that are new. */
export function makeFolders(folder: string, undo: (() => void)[]): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent, undo);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && existsSync(folder)) return;
    throw error;
  }
  undo.push(() => rmdirSync(folder));
}

/**
 * Make a folder and its parents where they are missing. Node's own recursive mkdir never returns in places that take no
 * folders, such as /proc.
 */
export function makeFolder(folder: string): void {
  makeFolders(folder, []);
}
