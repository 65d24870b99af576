import { digitsOf, portWires, type WaveWindow } from "./window.ts";

/** A lane of WaveDrom's description of waves (WaveJSON): a character a cycle, and what stands in the boxes. */
export interface Lane {
  readonly name: string;
  readonly wave: string;
  readonly data?: readonly string[];
}

/** A picture as WaveDrom's editor reads it. */
export interface WaveJson {
  readonly signal: readonly Lane[];
  readonly head: { readonly text: string; readonly tick: number };
}

/** The given signals of a window as WaveJSON; words are hexadecimal. */
export function waveJson(window: WaveWindow, names: readonly string[]): WaveJson {
  const wires = portWires(window);
  const lanes = names.flatMap((name): Lane[] => {
    const wire = wires.get(name);
    if (wire === undefined) return [];
    const digits = digitsOf(window, wire);
    const isBit = window.widths[wire] === 1;
    const wave = digits.map((value, i) => (value === digits[i - 1] ? "." : symbol(value, isBit))).join("");
    if (isBit) return [{ name, wave }];
    return [
      { name, wave, data: digits.filter((value, i) => value !== digits[i - 1] && isKnown(value)).map(hexadecimal) },
    ];
  });
  return { signal: lanes, head: { text: window.top, tick: window.first } };
}

const isKnown = (digits: string) => /^[01]+$/.test(digits);

function symbol(digits: string, isBit: boolean): string {
  if (!isKnown(digits)) return "x";
  return isBit ? digits : "=";
}

/** A bit pattern as hexadecimal digits; "x" where one of its bits is unknown. */
export function hexadecimal(digits: string): string {
  if (!isKnown(digits)) return "x";
  return BigInt(`0b${digits}`)
    .toString(16)
    .padStart(Math.ceil(digits.length / 4), "0");
}

/** Sizes of the picture, in pixels. */
const size = { cell: 40, lane: 30, wave: 20, slope: 3, letter: 7.2, head: 44 };

/** The picture itself, with the numbers of the cycles above. */
export function waveSvg({ signal, head }: WaveJson): string {
  const cycles = Math.max(0, ...signal.map(({ wave }) => wave.length));
  const left = Math.ceil(Math.max(0, ...signal.map(({ name }) => name.length)) * size.letter) + 16;
  const [width, height] = [left + cycles * size.cell + 8, size.head + signal.length * size.lane + 4];
  const ticks = Array.from({ length: cycles }, (_, i) => {
    const x = left + i * size.cell;
    return `<path class="grid" d="M${x} ${size.head - 8}V${height}"/><text x="${x + size.cell / 2}" y="${size.head - 10}" text-anchor="middle">${head.tick + i}</text>`;
  });
  const lanes = signal.map((lane, i) => {
    const top = size.head + i * size.lane;
    const name = `<text x="${left - 8}" y="${top + 15}" text-anchor="end">${escaped(lane.name)}</text>`;
    return (
      name +
      runs(lane)
        .map((run) => drawn(run, left, top))
        .join("")
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="12">`,
    "<style>path{fill:none;stroke:#000}.grid{stroke:#ddd}.unknown{fill:#eee}</style>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="8" y="16" font-weight="bold">${escaped(head.text)}</text>`,
    ...ticks,
    ...lanes,
    "</svg>\n",
  ].join("\n");
}

interface Run {
  readonly symbol: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The level of the bit before, where there is one. */
  readonly before?: string;
}

/** Cycles in which a lane stays the same. */
function runs({ wave, data = [] }: Lane): Run[] {
  const found: Run[] = [];
  let boxes = 0;
  for (let from = 0, to = 1; from < wave.length; from = to, to++) {
    while (wave[to] === ".") to++;
    const before = found.at(-1)?.symbol;
    const text = wave[from] === "=" ? data[boxes++] : "";
    found.push({ symbol: wave[from], text, from, to, ...(before === undefined ? {} : { before }) });
  }
  return found;
}

function drawn({ symbol, text, from, to, before }: Run, left: number, top: number): string {
  const [x0, x1] = [left + from * size.cell, left + to * size.cell];
  const [high, low] = [top, top + size.wave];
  const level = (bit: string | undefined) => (bit === "1" ? high : low);
  if (symbol === "0" || symbol === "1") {
    const rise =
      before === "0" || before === "1"
        ? `M${x0} ${level(before)}L${x0 + size.slope} ${level(symbol)}`
        : `M${x0} ${level(symbol)}`;
    return `<path d="${rise}H${x1}"/>`;
  }
  const middle = (high + low) / 2;
  const box = `M${x0} ${middle}L${x0 + size.slope} ${high}H${x1 - size.slope}L${x1} ${middle}L${x1 - size.slope} ${low}H${x0 + size.slope}Z`;
  if (symbol === "x") return `<path class="unknown" d="${box}"/>`;
  const room = Math.floor((x1 - x0 - 2 * size.slope) / size.letter);
  const shown = text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
  return `<path d="${box}"/><text x="${(x0 + x1) / 2}" y="${middle + 4}" text-anchor="middle">${shown}</text>`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
