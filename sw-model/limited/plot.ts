import type { Curve } from "./curve.ts";
import { compareNumbers } from "./plan.ts";

const size = { width: 760, height: 440, left: 56, right: 190, top: 40, bottom: 48 } as const;
const inks = ["#0b6e4f", "#1f5fa8", "#b8860b", "#b03060", "#6a4c93", "#555555"];
const marks = [0.5, 1, 2, 5, 10, 20, 50, 100];

interface Line {
  readonly label: string;
  readonly ink: string;
  readonly dashes: string;
  readonly points: readonly { readonly epoch: number; readonly percent: number }[];
}

/** Test error against epochs, a line a training: an ink for each weight format, dashes for rounding to nearest. An SVG text. */
export function plotCurves(curves: readonly Curve[], title: string): string {
  const lines = linesOf(curves.filter(({ points }) => points.length > 0));
  const all = lines.flatMap(({ points }) => points);
  const last = Math.max(1, ...all.map(({ epoch }) => epoch));
  const lowest = Math.min(...all.map(({ percent }) => percent), 10);
  const bottom = marks.findLast((mark) => mark <= lowest) ?? marks[0];
  const { width, height, left, right, top } = size;
  const [plotWidth, plotHeight] = [width - left - right, height - top - size.bottom];
  const x = (epoch: number) => left + (plotWidth * epoch) / last;
  const y = (percent: number) =>
    top + plotHeight * (1 - Math.log(Math.max(percent, bottom) / bottom) / Math.log(100 / bottom));
  const text = (at: readonly [number, number], words: string, extra = "") =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}"${extra}>${escaped(words)}</text>`;

  const rules = marks
    .filter((mark) => mark >= bottom)
    .flatMap((mark) => [
      `<line x1="${left}" x2="${left + plotWidth}" y1="${y(mark).toFixed(1)}" y2="${y(mark).toFixed(1)}" stroke="#ddd"/>`,
      text([left - 6, y(mark) + 4], `${mark} %`, ' text-anchor="end"'),
    ]);
  const step = [1, 2, 5, 10, 20, 50].find((width) => last / width <= 10) ?? 100;
  const epochs = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) =>
    text([x(i * step), top + plotHeight + 18], `${i * step}`, ' text-anchor="middle"'),
  );
  const drawn = lines.map(({ ink, dashes, points }) => {
    const path = points.map(({ epoch, percent }) => `${x(epoch).toFixed(1)},${y(percent).toFixed(1)}`).join(" ");
    return `<polyline fill="none" stroke="${ink}" stroke-width="1.8"${dashes} points="${path}"/>`;
  });
  const legend = lines.flatMap(({ label, ink, dashes, points }, i) => {
    const [from, at] = [left + plotWidth + 12, top + 10 + 18 * i];
    const end = points[points.length - 1].percent.toFixed(2);
    return [
      `<line x1="${from}" x2="${from + 24}" y1="${at}" y2="${at}" stroke="${ink}" stroke-width="1.8"${dashes}/>`,
      text([from + 30, at + 4], `${label}: ${end} %`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text([left, 22], title, ' font-size="14"'),
    ...rules,
    ...epochs,
    text([left + plotWidth / 2, height - 12], "epochs", ' text-anchor="middle"'),
    ...drawn,
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}

function linesOf(curves: readonly Curve[]): Line[] {
  const ordered = [...curves].sort((a, b) => compareNumbers(a.numbers, b.numbers));
  const formats = [...new Set(ordered.map(({ numbers }) => formatOf(numbers)))].filter((format) => format !== "");
  return ordered.map(({ numbers, points }) => {
    const [rounding, il, fl] = numbers.split("-");
    return {
      label: il === undefined ? "float" : `${rounding} ⟨${il}, ${fl}⟩`,
      ink: il === undefined ? "#000" : inks[formats.indexOf(formatOf(numbers)) % inks.length],
      dashes: rounding === "nearest" ? ' stroke-dasharray="6 4"' : "",
      points: points.map(({ epoch, testError }) => ({ epoch, percent: 100 * testError })),
    };
  });
}

const formatOf = (numbers: string) => numbers.split("-").slice(1).join("-");

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
