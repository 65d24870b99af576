import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { dataFile, readCoverage } from "../../testbench/coverage/data.ts";
import { mergeCoverage } from "../../testbench/coverage/merge.ts";
import { coverageTarget } from "../coverage.ts";
import type { CommandResult } from "../result.ts";

/** `whittle coverage FOLDER… -o DIR`: runs that were stored one by one, as one. */
export async function coverageCommand(
  folders: readonly string[],
  { output }: { readonly output: string },
): Promise<CommandResult> {
  const write = coverageTarget(output, "-o");
  const files = folders.map((path) => (existsSync(path) && statSync(path).isDirectory() ? join(path, dataFile) : path));
  const { summary, text } = write(mergeCoverage(files.map(readCoverage)), "Coverage");
  return { document: summary, text };
}
