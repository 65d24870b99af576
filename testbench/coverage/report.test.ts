import { describe, expect, it } from "vitest";
import { type CoverageData, noCoverage } from "./data.ts";
import { between, coverageGroup } from "./group.ts";
import { coverageReport } from "./report.ts";

const text = Array.from({ length: 40 }, (_, i) => (i === 9 ? "m.when(a < b, () => {" : `line ${i + 1};`)).join("\n");
const whole = {
  file: "b/whole.ts",
  text: "only;\n",
  arms: [{ line: 1, column: 1, label: "", count: 2 }],
  lines: [],
  covers: [],
};

function sample(): CoverageData {
  const group = coverageGroup("levels", { level: { empty: 0, "<full>": between(1, 4) } });
  group.sample({ level: 0 });
  return {
    ...noCoverage,
    runs: 3,
    typescript: [
      whole,
      {
        file: "a/part.ts",
        text,
        arms: [
          { line: 10, column: 5, label: "", count: 0 },
          { line: 12, column: 5, label: "otherwise", count: 7 },
        ],
        lines: [{ line: 11, count: 0 }],
        covers: [],
      },
    ],
    verilog: [
      {
        name: "m",
        made: true,
        text: "module m;\nendmodule\n",
        points: [{ line: 1, column: 1, module: "m", what: "if", lines: [1], count: 0 }],
        signals: [
          { module: "m", name: "sum", line: 1, at: "a/part.ts:30", bits: { "[0]": 1, "[1]": 0, "[2]": 0, "[4]": 0 } },
          { module: "m", name: "done", line: 1, at: "a/part.ts:31", bits: { "": 4 } },
        ],
      },
    ],
    groups: [group.data],
  };
}

/** The words of a page, tags and style apart. */
const words = (page: string) =>
  page
    .replace(/<style>[\s\S]*<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

describe("the page", () => {
  const page = coverageReport(sample(), "Runs <of> a night");

  it("tells what is missing first", () => {
    expect(words(page)).toContain(
      "Runs &lt;of&gt; a night 3 runs. 66 % 2 of 3 arms taken 0 % 0 of 1 lines in arms run",
    );
    const order = ["never: &lt;full&gt;", "a/part.ts", "b/whole.ts", "[4] [2:1]", "all bits toggled:", "module m;"];
    const places = order.map((part) => page.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(page).toContain('<details id="a/part.ts" open>');
    expect(page).toContain('<details id="b/whole.ts"><summary>');
  });

  it("marks lines, and leaves out those that are far from any", () => {
    const row = (line: number) => new RegExp(`<tr([^>]*) id="a/part.ts:${line}">`).exec(page)?.[1];
    expect([7, 10, 11, 12, 30].map(row)).toEqual([
      ' class="gap"',
      ' class="miss"',
      ' class="miss"',
      ' class="hit"',
      ' class="gap"',
    ]);
    expect([6, 16, 29].map(row)).toEqual([undefined, undefined, undefined]);
    expect(page).toContain("m.when(a &lt; b, () =&gt; {");
  });

  it("leads nowhere that is not there", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, target]) => target);
    expect(targets).toContain("a/part.ts:30");
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
