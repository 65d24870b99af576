import type { BenchRow } from "./row.ts";

/** Lines over a logarithmic axis, and the same numbers as a table. */
export interface Figure {
  readonly title: string;
  readonly x: { readonly name: string; readonly values: readonly number[] };
  readonly y: string;
  /** The y axis is logarithmic too. Default false. */
  readonly logarithmic?: boolean;
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** One HTML page without anything from elsewhere: the rows of a benchmark, and its figures as SVG with tables. */
export function benchPage(name: string, rows: readonly BenchRow[], figures: readonly Figure[]): string {
  const head = ["what", "value", "unit", "reference", "ratio", "bar", "met"];
  const cells = rows.map(({ what, value, unit, reference, ratio, bar, met }) => [
    what,
    ...[shown(value), unit, shown(reference), shown(ratio), shown(bar)],
    met === undefined ? "" : met ? "yes" : "no",
  ]);
  const style =
    "body{font:14px sans-serif;max-width:60em;margin:2em auto}table{border-collapse:collapse;margin:1em 0}td,th{padding:2px 8px;border-bottom:1px solid #ddd;text-align:right}td:first-child,th:first-child{text-align:left}";
  const title = escaped(`Benchmark ${name}`);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body>`,
    `<h1>${title}</h1>`,
    tableOf(head, cells),
    ...figures.flatMap((figure) => [
      `<h2>${escaped(figure.title)}</h2>`,
      plotLines(figure),
      tableOf(
        [figure.x.name, ...figure.x.values.map(String)],
        figure.series.map(({ name: label, values }) => [label, ...values.map(shown)]),
      ),
    ]),
    "</body></html>",
    "",
  ].join("\n");
}

const size = { width: 760, height: 420, left: 64, right: 110, top: 16, bottom: 44 } as const;
const inks = ["#0b6e4f", "#c1440e", "#1f4e9c", "#8a5a00", "#7b2d8b", "#008b8b", "#444444", "#b8860b", "#d02060"];

/** The figure as an SVG text. */
export function plotLines({ x, y, logarithmic = false, series }: Figure): string {
  const { width, height, left, right, top, bottom } = size;
  const [plotWidth, plotHeight] = [width - left - right, height - top - bottom];
  const all = series.flatMap(({ values }) => values);
  const scale = logarithmic ? Math.log2 : (value: number) => value;
  const [low, high] = logarithmic ? [scale(Math.min(...all)), scale(Math.max(...all))] : [0, Math.max(...all)];
  const [first, last] = [Math.log2(x.values[0]), Math.log2(x.values[x.values.length - 1])];
  const across = (value: number) => left + (plotWidth * (Math.log2(value) - first)) / (last - first || 1);
  const up = (value: number) => top + plotHeight * (1 - (scale(value) - low) / (high - low || 1));
  const text = (at: number, level: number, words: string, extra = "") =>
    `<text x="${at.toFixed(1)}" y="${level.toFixed(1)}"${extra}>${escaped(words)}</text>`;
  const marks = Array.from({ length: 6 }, (_, i) => {
    const value = low + ((high - low) * i) / 5;
    return logarithmic ? 2 ** value : value;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    ...marks.flatMap((mark) => [
      `<line x1="${left}" x2="${left + plotWidth}" y1="${up(mark).toFixed(1)}" y2="${up(mark).toFixed(1)}" stroke="#ddd"/>`,
      text(left - 6, up(mark) + 4, shown(mark), ' text-anchor="end"'),
    ]),
    ...x.values.map((value) => text(across(value), top + plotHeight + 18, String(value), ' text-anchor="middle"')),
    text(left + plotWidth / 2, height - 8, x.name, ' text-anchor="middle"'),
    `<text transform="translate(14 ${top + plotHeight / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...series.flatMap(({ name, values }, i) => {
      const ink = inks[i % inks.length];
      const points = values.map((value, at) => `${across(x.values[at]).toFixed(1)},${up(value).toFixed(1)}`);
      return [
        `<polyline fill="none" stroke="${ink}" stroke-width="1.6" points="${points.join(" ")}"><title>${escaped(name)}</title></polyline>`,
        text(left + plotWidth + 10, top + 14 + 18 * i, name, ` fill="${ink}"`),
      ];
    }),
    "</svg>",
  ].join("\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (kind: "td" | "th", cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${kind}>${escaped(cell)}</${kind}>`).join("")}</tr>`;
  return `<table>${line("th", head)}${rows.map((cells) => line("td", cells)).join("\n")}</table>`;
}

const shown = (value: number | undefined) =>
  value === undefined ? "" : value.toLocaleString("en", { maximumSignificantDigits: 4 });

const escaped = (words: string) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
