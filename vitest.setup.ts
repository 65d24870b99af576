import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives all tests one folder for their temporary files, and removes it in the end. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "whittle-tests-"));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
