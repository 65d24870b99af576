import type { CaseOutcome, RegressReport } from "./regress.ts";

/** A report as JUnit XML, which every CI server reads: a suite a generator. */
export function junitXml(report: RegressReport): string {
  const suites = [...new Set(report.cases.map(({ generator }) => generator))].map((generator) => {
    const cases = report.cases.filter((outcome) => outcome.generator === generator);
    const count = (status: CaseOutcome["status"]) => `${cases.filter((outcome) => outcome.status === status).length}`;
    const time = cases.reduce((sum, { seconds = 0, cached }) => sum + (cached ? 0 : seconds), 0);
    const attributes = { name: generator, tests: `${cases.length}`, failures: count("failed") };
    return [
      `  <testsuite${written({ ...attributes, errors: "0", skipped: count("skipped"), time: time.toFixed(2) })}>`,
      ...cases.map(testCase),
      "  </testsuite>",
    ].join("\n");
  });
  const { cases, failed, skipped } = report;
  const totals = { name: "whittle regress", tests: `${cases.length}`, failures: `${failed}`, skipped: `${skipped}` };
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${written(totals)}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(outcome: CaseOutcome): string {
  const { generator, preset, engine, seed, cached, seconds = 0, reproduce } = outcome;
  const attributes = written({
    classname: `${generator}.${preset}`,
    name: `${engine} seed ${seed}`,
    time: (cached ? 0 : seconds).toFixed(2),
  });
  const body = bodyOf(outcome, reproduce);
  return body === "" ? `    <testcase${attributes}/>` : `    <testcase${attributes}>${body}</testcase>`;
}

function bodyOf({ status, reason, error, first, mismatches }: CaseOutcome, reproduce: string): string {
  if (status === "skipped") return `<skipped${written({ message: reason ?? "" })}/>`;
  if (status === "passed") return "";
  const message = error?.message ?? `${mismatches} operations differ`;
  const text = `${JSON.stringify(error ?? first, null, 2)}\n${reproduce}`;
  return `<failure${written({ message, type: error?.code ?? "mismatch" })}>${escaped(text)}</failure>`;
}

const written = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML has no way to write control characters other than tab and line ends. */
function escaped(text: string): string {
  const printable = [...text].map((c) => (c < " " && c !== "\t" && c !== "\n" ? "?" : c)).join("");
  return printable.replace(/[&<>"]/g, (c) => entities[c]);
}
