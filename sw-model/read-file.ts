/** The files that a user names: read whole, whatever they are, and refused where that would never end. */
import { constants } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { UserError } from "./errors.ts";

/** More bytes than this come out of no pipe or device that is meant. */
const mostFromDevice = 2 ** 30;

/** The bytes of a file. Throws `UserError`: file-not-found, file-unreadable, file-too-large. */
export function readBytes(file: string): Buffer {
  try {
    return statSync(file).isFile() ? readFileSync(file) : interruptibly(() => readToEnd(file));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (reason === "ERR_FS_FILE_TOO_LARGE") throw tooLarge(file, 2 ** 31 - 1);
    const missing = reason === "ENOENT";
    throw new UserError(
      {
        code: missing ? "file-not-found" : "file-unreadable",
        message: missing ? `${file} does not exist` : `${file} cannot be read (${reason})`,
        where: file,
        expected: "a readable file",
        found: missing ? "nothing" : reason,
      },
      2,
      { cause },
    );
  }
}

/** A file as text (UTF-8). Throws as `readBytes` does. */
export function readText(file: string): string {
  const bytes = readBytes(file);
  if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(file, constants.MAX_STRING_LENGTH);
  return bytes.toString("utf8");
}

/** What a pipe or a device gives before it ends. */
function readToEnd(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const [chunks, chunk] = [[] as Buffer[], Buffer.alloc(2 ** 20)];
    for (let total = 0; ; ) {
      const length = readSync(descriptor, chunk);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(chunk.subarray(0, length)));
      total += length;
      if (total > mostFromDevice) throw tooLarge(file, mostFromDevice);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Runs what may wait for another process. No handler of a signal could run meanwhile, so the signals that end a program
 * have their usual effect until it returns.
 */
function interruptibly<T>(run: () => T): T {
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const listeners = process.rawListeners(signal) as (() => void)[];
    process.removeAllListeners(signal);
    return { signal, listeners };
  });
  try {
    return run();
  } finally {
    for (const { signal, listeners } of handlers) for (const listener of listeners) process.on(signal, listener);
  }
}

function tooLarge(file: string, most: number): UserError {
  return new UserError({
    code: "file-too-large",
    message: `${file} is too large to be read`,
    where: file,
    expected: `at most ${most} bytes`,
    found: "more",
  });
}
