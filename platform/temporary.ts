import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { atEnd } from "./at-end.ts";
import { makeFolder } from "./folders.ts";

/** A folder that is gone when this process is, unless it was kept. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
  /** It has become something else: leave it. */
  keep(): void;
}

/** Make a folder for the time being. */
export async function temporaryFolder(path: string): Promise<TemporaryFolder> {
  // Processes that write there may still be dying.
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  const forget = atEnd(() => rmSync(path, options));
  makeFolder(path);
  return {
    path,
    async remove() {
      await rm(path, options);
      forget();
    },
    keep: forget,
  };
}
