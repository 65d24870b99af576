import { randomBytes } from "node:crypto";
import { copyFileSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../sw-model/errors.ts";
import { makeFolders } from "./folders.ts";

/** A file to write. */
export interface FileToWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Write a set of files whole or not at all, making the folders they need. When one cannot be written, every file is
 * as it was before. Synchronous, so that no signal handler of this process can run in the middle.
 */
export function writeFilesAtomically(files: readonly FileToWrite[]): void {
  const undo: (() => void)[] = [];
  const finish: (() => void)[] = [];
  let current = files[0]?.path ?? "";
  try {
    const staged = files.map(({ path, content }) => {
      current = path;
      makeFolders(dirname(path), undo);
      const temporary = sibling(path, "tmp");
      undo.push(() => rmSync(temporary, { force: true }));
      writeFileSync(temporary, content, { flag: "wx" });
      return { path, temporary };
    });
    for (const { path, temporary } of staged) {
      current = path;
      const backup = sibling(path, "old");
      if (keep(path, backup)) {
        undo.push(() => renameSync(backup, path));
        finish.push(() => rmSync(backup, { force: true }));
      } else {
        undo.push(() => rmSync(path, { force: true }));
      }
      renameSync(temporary, path);
    }
  } catch (error) {
    for (const step of undo.reverse()) attempt(step);
    throw unwritable(current, error);
  }
  for (const step of finish) attempt(step);
}

/** `writeFilesAtomically` for one file. */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  writeFilesAtomically([{ path, content }]);
}

/** The file under a second name, so that there is no moment without it; false where there is none. */
function keep(path: string, backup: string): boolean {
  try {
    linkSync(path, backup);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
  }
  // A file system without links. A folder that stands there is refused.
  copyFileSync(path, backup);
  return true;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function sibling(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.${suffix}`);
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Cleaning up goes as far as it can; the first error is the one to report.
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOSPC: "no space left on the disk",
  EDQUOT: "disk quota exceeded",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "a folder stands where the file should go",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
  ENOENT: "no folder can be made there",
  EEXIST: "something that is no folder stands there",
  ELOOP: "the path leads in a circle",
};

/** The error for a path that cannot be written; an error of another kind comes back as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  const system = error instanceof Error && "syscall" in error;
  const reason = reasons[code] ?? (system ? error.message : undefined);
  if (reason === undefined) return error;
  return new UserError(
    {
      code: "cannot-write",
      message: `cannot write ${path}: ${reason}; nothing was changed`,
      where: path,
      expected: "a place that can be written",
      found: `${reason} (${code})`,
      hint: "choose another output folder, or free the place",
    },
    2,
    { cause: error },
  );
}
