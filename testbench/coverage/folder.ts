/** A folder of coverage: a page to look at, lcov for editors, and the data to add to. */
import { join } from "node:path";
import { lcovText } from "../../hdl/simulator/lcov.ts";
import { writeFilesAtomically } from "../../platform/atomic-write.ts";
import { type CoverageData, dataFile } from "./data.ts";
import { coverageReport } from "./report.ts";

/** Writes `index.html`, `lcov.info` and `coverage.json` into a folder, all of them or none; `title` heads the page. Gives the path of the page. */
export function writeCoverage(folder: string, data: CoverageData, title = "Coverage"): string {
  const page = join(folder, "index.html");
  writeFilesAtomically([
    { path: page, content: coverageReport(data, title) },
    { path: join(folder, "lcov.info"), content: lcovText(data.typescript) },
    { path: join(folder, dataFile), content: `${JSON.stringify(data)}\n` },
  ]);
  return page;
}
