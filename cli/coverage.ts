/** `--coverage PATH`, and what is said of coverage. */
import { existsSync, statSync } from "node:fs";
import { extname } from "node:path";
import { writeFileAtomically } from "../platform/atomic-write.ts";
import { UserError } from "../sw-model/errors.ts";
import type { CoverageData } from "../testbench/coverage/data.ts";
import { CoverageDatabase } from "../testbench/coverage/database.ts";
import { lcovOf, writeCoverage } from "../testbench/coverage/folder.ts";
import { type CoverageSummary, summaryOf, summaryWords } from "../testbench/coverage/summary.ts";
import { fileArgument } from "./arguments.ts";

/** What a command collects, and how it ends up where it was asked for. */
export interface CoverageArgument {
  readonly database: CoverageDatabase;
  /** Gives the summary, and what to say of it. */
  readonly write: (title: string) => { readonly summary: CoverageSummary; readonly text: string };
}

/** Engines that count. */
export const countingEngines = ["wasm", "verilator"];

/** A folder; a name with an extension that is no folder means lcov alone. Absent without the flag. */
export function coverageArgument(path: string | undefined, engine: string): CoverageArgument | undefined {
  if (path === undefined) return undefined;
  const target = coverageTarget(path);
  if (!countingEngines.includes(engine)) {
    throw new UserError({
      code: "conflicting-flags",
      message: `--coverage does not go with --engine ${engine}`,
      where: "--coverage",
      expected: `--engine ${countingEngines.join(" or ")}`,
      found: engine,
    });
  }
  const database = new CoverageDatabase();
  return { database, write: (title) => target(database.data, title) };
}

type Write = (data: CoverageData, title: string) => { readonly summary: CoverageSummary; readonly text: string };

/** How to write coverage to a path. */
export function coverageTarget(path: string, flag = "--coverage"): Write {
  const isFolder = existsSync(path) ? statSync(path).isDirectory() : extname(path) === "";
  if (!isFolder || path.trim() === "") fileArgument(flag, path);
  return (data, title) => {
    const summary = summaryOf(data);
    let written = path;
    if (isFolder) written = writeCoverage(path, data, title);
    else writeFileAtomically(path, lcovOf(data));
    const text = [...summaryWords(summary).map(({ words }) => words), `coverage: ${written}`].join("\n");
    return { summary, text };
  };
}
