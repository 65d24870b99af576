import { type Plane, type Plotted, paretoFront } from "./pareto.ts";

const size = { width: 760, height: 460, left: 72, right: 24, top: 40, bottom: 52 } as const;

/** A Pareto plot as an SVG text: every point, the front as a staircase with names. Lower left is better. */
export function plotPareto({ x, y, points }: Plane, title: string): string {
  const { width, height, left, right, top, bottom } = size;
  const [plotWidth, plotHeight] = [width - left - right, height - top - bottom];
  const [xMarks, yMarks] = [marksUpTo(points.map((p) => p.x)), marksUpTo(points.map((p) => p.y))];
  const across = (value: number) => left + (plotWidth * value) / xMarks[xMarks.length - 1];
  const up = (value: number) => top + plotHeight * (1 - value / yMarks[yMarks.length - 1]);
  const text = (at: number, height: number, words: string, extra = "") =>
    `<text x="${at.toFixed(1)}" y="${height.toFixed(1)}"${extra}>${escaped(words)}</text>`;
  const front = paretoFront(points);
  const isFront = new Set<Plotted>(front);

  const grid = [
    ...yMarks.flatMap((mark) => [
      `<line x1="${left}" x2="${left + plotWidth}" y1="${up(mark).toFixed(1)}" y2="${up(mark).toFixed(1)}" stroke="#ddd"/>`,
      text(left - 6, up(mark) + 4, mark.toLocaleString("en"), ' text-anchor="end"'),
    ]),
    ...xMarks.map((mark) =>
      text(across(mark), top + plotHeight + 18, mark.toLocaleString("en"), ' text-anchor="middle"'),
    ),
  ];
  const stairs = front.flatMap((point, i) => {
    const corner = i === 0 ? [] : [`${across(point.x).toFixed(1)},${up(front[i - 1].y).toFixed(1)}`];
    return [...corner, `${across(point.x).toFixed(1)},${up(point.y).toFixed(1)}`];
  });
  // The front last: an equal point must not hide it.
  const dots = [...points.filter((point) => !isFront.has(point)), ...front].map((point) => {
    const ink = isFront.has(point) ? "#0b6e4f" : "#999999";
    const name = escaped(`${point.label}: ${x} ${point.x}, ${y} ${point.y}`);
    return `<circle cx="${across(point.x).toFixed(1)}" cy="${up(point.y).toFixed(1)}" r="4" fill="${ink}"><title>${name}</title></circle>`;
  });
  const names = front.map((point) => {
    const rightHalf = across(point.x) > left + plotWidth / 2;
    const anchor = rightHalf ? ' text-anchor="end"' : "";
    return text(across(point.x) + (rightHalf ? -7 : 7), up(point.y) - 7, point.label, anchor);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 22, title, ' font-size="14"'),
    ...grid,
    text(left + plotWidth / 2, height - 12, x, ' text-anchor="middle"'),
    `<text transform="translate(16 ${top + plotHeight / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    `<polyline fill="none" stroke="#0b6e4f" stroke-width="1.8" points="${stairs.join(" ")}"/>`,
    ...dots,
    ...names,
    "</svg>",
    "",
  ].join("\n");
}

/** Round numbers from 0 to the first one that no value exceeds, about six of them. */
export function marksUpTo(values: readonly number[]): number[] {
  const most = Math.max(1, ...values);
  const decade = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((each) => most / each <= 6) ?? 10 * decade;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const escaped = (words: string) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
