/** A line of a plot: a probability a frame. */
export interface PlottedLine {
  readonly label: string;
  readonly ink: string;
  readonly values: readonly number[];
}

/** A clip: its name and how many frames of the lines it has. */
export interface PlottedClip {
  readonly name: string;
  readonly frames: number;
}

const size = { width: 1100, height: 300, left: 48, right: 16, top: 56, bottom: 40 } as const;

/** Probabilities of speech frame by frame, clips beside one another, 0.5 (the decision) as a dashed rule. An SVG text. */
export function plotProbabilities(title: string, lines: readonly PlottedLine[], clips: readonly PlottedClip[]): string {
  const { width, height, left, right, top, bottom } = size;
  const [plotWidth, plotHeight] = [width - left - right, height - top - bottom];
  const frames = Math.max(1, ...lines.map(({ values }) => values.length));
  const x = (frame: number) => (left + (plotWidth * frame) / frames).toFixed(1);
  const y = (probability: number) => (top + plotHeight * (1 - probability)).toFixed(1);
  const rule = (at: number, dashes: string) =>
    `<line x1="${left}" x2="${width - right}" y1="${y(at)}" y2="${y(at)}" stroke="#bbb"${dashes}/>`;
  const text = (atX: string | number, atY: string | number, words: string, extra = "") =>
    `<text x="${atX}" y="${atY}"${extra}>${escaped(words)}</text>`;
  let start = 0;
  const parts = clips.flatMap(({ name, frames: length }) => {
    const [from, middle] = [x(start), x(start + length / 2)];
    start += length;
    return [
      `<line x1="${from}" x2="${from}" y1="${top}" y2="${top + plotHeight}" stroke="#ddd"/>`,
      text(middle, top + plotHeight + 16, name, ' text-anchor="middle" font-size="10"'),
    ];
  });
  const drawn = lines.map(({ ink, values }) => {
    const points = values.map((value, frame) => `${x(frame + 0.5)},${y(value)}`).join(" ");
    return `<polyline fill="none" stroke="${ink}" stroke-width="1.2" points="${points}"/>`;
  });
  const legend = lines.flatMap(({ label, ink }, i) => [
    `<line x1="${left + 230 * i}" x2="${left + 230 * i + 24}" y1="38" y2="38" stroke="${ink}" stroke-width="2"/>`,
    text(left + 230 * i + 30, 42, label),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 20, title, ' font-size="14"'),
    ...parts,
    ...[0, 1].map((at) => rule(at, "")),
    rule(0.5, ' stroke-dasharray="4 4"'),
    ...[0, 0.5, 1].map((at) => text(left - 6, Number(y(at)) + 4, `${at}`, ' text-anchor="end"')),
    ...drawn,
    ...legend,
    text(left + plotWidth / 2, height - 6, "frames of 32 ms, clip after clip", ' text-anchor="middle"'),
    "</svg>",
    "",
  ].join("\n");
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
