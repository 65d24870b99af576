/** A folder of coverage: a page to look at, lcov for editors, and the data to add to. */
import { isAbsolute, join } from "node:path";
import { lcovText } from "../../hdl/simulator/lcov.ts";
import { writeFilesAtomically } from "../../platform/atomic-write.ts";
import { type CoverageData, dataFile, type VerilogCoverage } from "./data.ts";
import { coverageReport } from "./report.ts";

/** Writes `index.html`, `lcov.info` and `coverage.json` into a folder, all of them or none; `title` heads the page. Gives the path of the page. */
export function writeCoverage(folder: string, data: CoverageData, title = "Coverage"): string {
  const page = join(folder, "index.html");
  writeFilesAtomically([
    { path: page, content: coverageReport(data, title) },
    { path: join(folder, "lcov.info"), content: lcovOf(data) },
    { path: join(folder, dataFile), content: `${JSON.stringify(data)}\n` },
  ]);
  return page;
}

/** Lines of TypeScript, and of files of Verilog from elsewhere. */
export function lcovOf({ typescript, verilog }: CoverageData): string {
  return lcovText([...typescript, ...verilog.filter(({ name, made }) => !made && isAbsolute(name)).map(verilogFile)]);
}

function verilogFile({ name, points }: VerilogCoverage) {
  const counts = new Map<number, number>();
  for (const { lines, count } of points)
    for (const line of lines) counts.set(line, Math.max(counts.get(line) ?? 0, count));
  const lines = [...counts].map(([line, count]) => ({ line, count })).sort((a, b) => a.line - b.line);
  const arms = points
    .filter(({ what }) => what !== "block")
    .map(({ line, column, what, count }) => ({ line, column, label: what, count }));
  return { file: name, arms, lines, covers: [] };
}
