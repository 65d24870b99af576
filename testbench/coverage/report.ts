/** What was covered, as one HTML page without anything from elsewhere: what is missing comes first. */
import type {
  CoverageData,
  GroupCoverage,
  SignalCoverage,
  TypescriptCoverage,
  VerilogCoverage,
  VerilogPoint,
} from "./data.ts";
import { untoggled } from "./holes.ts";
import { escaped, folded, type ListedLine, listing, style, tableOf } from "./html.ts";
import { binsOf, bitsOf, type Share, shareOf, summaryOf, summaryWords } from "./summary.ts";

/** The page. */
export function coverageReport(data: CoverageData, title: string): string {
  const { typescript, verilog, groups, runs } = data;
  const files = new Set(typescript.map(({ file }) => file));
  // The toggles lead there.
  const places = verilog.flatMap(({ signals }) => signals.flatMap(({ at }) => at ?? []));
  const sections = [
    section("Groups", holesFirst(groups, binsOf).map(groupPart)),
    section("TypeScript", holesFirst(typescript, fileShare).map(filePart(new Set(places)))),
    section("Toggles", holesFirst(named(verilog), ({ source }) => togglesOf(source)).flatMap(togglePart(files))),
    section("Verilog", holesFirst(named(verilog), ({ source }) => shareOf(source.points)).flatMap(verilogPart)),
  ];
  const summary = summaryWords(summaryOf(data)).map(({ share, words }) => [barOf(share), percent(share), words]);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<p>${runs} ${runs === 1 ? "run" : "runs"}.</p>`,
    tableOf([], summary),
    ...sections,
    "</body></html>",
    "",
  ].join("\n");
}

const section = (title: string, parts: readonly string[]) =>
  parts.length === 0 ? "" : `<h2>${title}</h2>\n${parts.join("\n")}`;

const ratio = ({ hit, of }: Share) => (of === 0 ? 1 : hit / of);
/** Rounded down, so that only what is whole has 100 %. */
const percent = (share: Share) => `${Math.floor(100 * ratio(share))} %`;
const barOf = (share: Share) => `<span class="bar"><i style="width:${Math.floor(100 * ratio(share))}%"></i></span>`;

/** What has holes before what has none; else the order stays. */
function holesFirst<T>(all: readonly T[], share: (one: T) => Share): T[] {
  return [...all].sort((a, b) => Number(ratio(share(a)) === 1) - Number(ratio(share(b)) === 1));
}

/** "name: 3 of 4 things, 75 %" */
function headline(name: string, share: Share, things: string): string {
  const state = share.hit < share.of ? "hole" : "whole";
  return `<code>${escaped(name)}</code> <span class="${state}">${share.hit} of ${share.of} ${things}</span> <span class="soft">${percent(share)}</span>`;
}

const mostHoles = 60;

function groupPart(group: GroupCoverage): string {
  const { name, samples, points, crosses } = group;
  const parts = [
    ...points.map((point) => ({ ...point, kind: "point" })),
    ...crosses.map((one) => ({ ...one, kind: "cross" })),
  ];
  const bodies = holesFirst(parts, ({ bins }) => shareOf(bins)).map((part) => {
    const holes = part.bins.filter(({ count }) => count === 0).map((bin) => bin.name);
    const met = part.bins.filter(({ count }) => count > 0);
    const more = holes.length > mostHoles ? ` and ${holes.length - mostHoles} more` : "";
    const missing = `<p class="hole">never: ${escaped(holes.slice(0, mostHoles).join(", "))}${more}</p>`;
    const other = "other" in part && part.other > 0 ? [["<span class=soft>in no bin</span>", `${part.other}`]] : [];
    const table = tableOf(
      ["bin", "hits"],
      [...met.map((bin) => [escaped(bin.name), `${bin.count}`]), ...other],
      "counts",
    );
    const head = headline(`${part.kind} ${part.name}`, shareOf(part.bins), "bins met");
    return folded(head, `${holes.length > 0 ? missing : ""}${table}`, holes.length > 0);
  });
  const head = `${headline(name, binsOf(group), "bins met")} <span class="soft">in ${samples} samples</span>`;
  return folded(head, bodies.join(""), true);
}

const filePart =
  (places: ReadonlySet<string>) =>
  (one: TypescriptCoverage): string => {
    const { file, text, arms, lines, covers } = one;
    const share = fileShare(one);
    const told = new Set([...arms, ...lines, ...covers].map(({ line }) => line));
    const last = Math.max(0, ...told);
    const source = text === "" ? Array.from({ length: last }, () => "") : text.replace(/\n$/, "").split("\n");
    const listed = source.map((words, i): ListedLine => {
      const at = <T extends { line: number }>(all: readonly T[]) => all.filter(({ line }) => line === i + 1);
      const [run] = at(lines);
      const [own, met] = [at(arms), at(covers)];
      const counts = [...(run ? [run] : []), ...own, ...met];
      const notes = [
        ...own.map(({ label, count }) => `${label === "" ? "arm" : label}: ${count}`),
        ...met.map(({ name, count }) => `cover ${name}: ${count}`),
      ];
      return {
        number: i + 1,
        text: words,
        ...(run ? { count: run.count } : {}),
        notes: notes.join(", "),
        state: stateOf(shareOf(counts)),
      };
    });
    // Without the source only the lines of which something is told.
    const around = text === "" ? 0 : context;
    const near = new Set(
      [...told].flatMap((line) => Array.from({ length: 2 * around + 1 }, (_, i) => line - around + i)),
    );
    const shown = listed.filter(({ number }) => near.has(number) || places.has(`${file}:${number}`));
    const holes = shown.flatMap(({ number, state }) => (state === "miss" || state === "part" ? [number] : []));
    const links = holes.map((line) => `<a href="#${escaped(`${file}:${line}`)}">${line}</a>`).join(", ");
    const missing = holes.length > 0 ? `<p class="hole">never reached, or not all of it: line ${links}</p>` : "";
    const head = headline(file, share, "arms, lines and covers");
    return folded(head, missing + listing(shown, file), share.hit < share.of, file);
  };

/** Lines of source shown before and behind those of which something is told. */
const context = 3;

const fileShare = ({ arms, lines, covers }: TypescriptCoverage) => shareOf([...arms, ...lines, ...covers]);

function stateOf({ hit, of }: Share): ListedLine["state"] {
  if (of === 0) return "";
  return hit === 0 ? "miss" : hit < of ? "part" : "hit";
}

/** Sources of Verilog; of those that share a name all but the first are numbered. */
function named(all: readonly VerilogCoverage[]): { readonly name: string; readonly source: VerilogCoverage }[] {
  const seen = new Map<string, number>();
  return all.map((source) => {
    const number = (seen.get(source.name) ?? 0) + 1;
    seen.set(source.name, number);
    return { name: number === 1 ? source.name : `${source.name} (${number})`, source };
  });
}

function togglesOf({ signals }: VerilogCoverage): Share {
  const shares = signals.map(bitsOf);
  return { hit: shares.reduce((sum, { hit }) => sum + hit, 0), of: shares.reduce((sum, { of }) => sum + of, 0) };
}

const togglePart =
  (files: ReadonlySet<string>) =>
  ({ name, source }: { name: string; source: VerilogCoverage }): string[] => {
    if (source.signals.length === 0) return [];
    const share = togglesOf(source);
    const open = source.signals.filter((signal) => bitsOf(signal).hit < bitsOf(signal).of);
    const whole = source.signals.filter((signal) => !open.includes(signal));
    const rows = open.map((signal) => [
      `<code>${escaped(source.made ? signal.name : `${signal.module}.${signal.name}`)}</code>`,
      `${bitsOf(signal).hit} of ${bitsOf(signal).of}`,
      `<code class="hole">${escaped(neverOf(signal))}</code>`,
      placeOf(signal, source, files),
    ]);
    const table = rows.length > 0 ? tableOf(["net", "bits toggled", "never", "from"], rows) : "";
    const names = whole.map((signal) => signal.name).join(", ");
    const rest = whole.length > 0 ? `<p class="soft">all bits toggled: <code>${escaped(names)}</code></p>` : "";
    return [folded(headline(name, share, "bits toggled"), table + rest, open.length > 0)];
  };

const mostRanges = 16;

function neverOf(signal: SignalCoverage): string {
  const ranges = untoggled(signal).map((range) => (range === "" ? "its bit" : range));
  const more = ranges.length > mostRanges ? ` and ${ranges.length - mostRanges} more` : "";
  return ranges.slice(0, mostRanges).join(" ") + more;
}

function placeOf({ at, line }: SignalCoverage, { name }: VerilogCoverage, files: ReadonlySet<string>): string {
  if (at === undefined) return escaped(`${name}:${line}`);
  const file = at.replace(/:\d+$/, "");
  return files.has(file) ? `<a href="#${escaped(at)}">${escaped(at)}</a>` : escaped(at);
}

function verilogPart({ name, source }: { name: string; source: VerilogCoverage }): string[] {
  const { points, text, made } = source;
  if (points.length === 0) return [];
  const share = shareOf(points);
  const byLine = new Map<number, VerilogPoint[]>();
  for (const point of points)
    for (const line of new Set([point.line, ...point.lines])) byLine.set(line, [...(byLine.get(line) ?? []), point]);
  const listed = text
    .replace(/\n$/, "")
    .split("\n")
    .map((words, i): ListedLine => {
      const own = byLine.get(i + 1) ?? [];
      const run = own.filter(({ lines }) => lines.includes(i + 1)).map(({ count }) => count);
      const begun = own.filter(({ line }) => line === i + 1);
      return {
        number: i + 1,
        text: words,
        ...(run.length > 0 ? { count: Math.max(...run) } : {}),
        notes: begun.map(({ what, count }) => `${what === "elsif" ? "if" : what}: ${count}`).join(", "),
        state: stateOf(shareOf(own)),
      };
    });
  // What the language made is open to the reader, but its holes are told above on lines of TypeScript.
  return [folded(headline(name, share, "lines and branches"), listing(listed, ""), !made && share.hit < share.of)];
}
