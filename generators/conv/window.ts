import {
  addressWidth,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  select,
  stream,
  uint,
} from "../../hdl/index.ts";

export interface WindowParameters {
  /** Pixels of a row, and rows of a map. */
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel: one a channel. */
  readonly channels: number;
  /** Rows and columns of a window; at most those of the padded map. */
  readonly kernel: number;
  readonly stride: number;
  /** Pixels added at every side, of bits 0: in a binary map they stand for -1. */
  readonly padding: number;
}

/** Columns and rows of windows. */
export function windowCounts({ width, height, kernel, stride, padding }: WindowParameters) {
  const along = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return { across: along(width), down: along(height) };
}

/**
 * Sliding window (FINN, section 4.3): the pixels of maps come row by row, every window leaves whole, in the order of its position. The rows
 * above the pixel are in one memory, a word a column. Pixel (ky, kx) of a window is bits (ky * kernel + kx) * channels and up.
 */
export const slidingWindow = defineModule("sliding_window", (p: WindowParameters) => {
  const { kernel, channels, padding, stride } = p;
  const [columns, rows] = [p.width + 2 * padding, p.height + 2 * padding];
  const { across, down } = windowCounts(p);
  const pixel = uint(channels);
  return {
    summary: `Windows of ${kernel} x ${kernel} pixels of ${channels} bits.`,
    ports: {
      pixels: input(stream(pixel)),
      windows: output(stream(uint(kernel * kernel * channels))),
      /** A map is under way, or a window waits. */
      busy: output(bit),
    },
    build({ pixels, windows, busy }, m) {
      const column = m.reg("column", uint(addressWidth(columns)), { reset: 0 });
      const row = m.reg("row", uint(addressWidth(rows)), { reset: 0 });
      const full = m.reg("full", bit, { reset: false });
      windows.valid.set(full);

      // A place of the padded map a step; those of the padding take no pixel.
      const outside = (at: typeof column, size: number) =>
        padding === 0 ? undefined : at.lt(padding).or(at.ge(size + padding));
      const beside = outside(column, p.width);
      const above = outside(row, p.height);
      const padded = m.node("padded", beside && above ? beside.or(above) : fixedValue(bit, false));
      const free = m.node("free", full.not().or(windows.ready));
      // The padding above a map is passed only when its first pixel is there, so that an idle unit stands still.
      const started = m.node("started", column.ne(0).or(row.ne(0)));
      const step = m.node("step", free.and(padded.and(started).or(pixels.valid)));
      busy.set(started.or(full));
      pixels.ready.set(free.and(padded.not()));
      const entering = m.node("entering", select(pixel, padded, 0, pixels.data));

      // The column that ends in this place: the highest pixel lowest.
      const lines = kernel > 1 ? m.mem("lines", columns, uint((kernel - 1) * channels)) : undefined;
      const stack = lines ? m.node("stack", concat(entering, lines.read("stored", column))) : entering;
      if (lines) lines.write({ address: column, data: stack.bits(kernel * channels - 1, channels), enable: step });
      const kept = Array.from({ length: kernel }, (_, i) => m.reg(`kept_${i}`, uint(kernel * channels)));
      m.when(step, () => {
        kept.forEach((register, i) => {
          register.set(i === kernel - 1 ? stack : kept[i + 1]);
        });
      });
      const parts = Array.from({ length: kernel * kernel }, (_, k) => {
        const ky = Math.floor(k / kernel);
        return kept[k % kernel].bits((ky + 1) * channels - 1, ky * channels);
      });
      windows.data.set(concat(...parts.reverse()));

      // Where windows end.
      const ends = (at: typeof column, count: number) =>
        Array.from({ length: count }, (_, i) => at.eq(kernel - 1 + i * stride)).reduce((a, b) => a.or(b));
      const complete = m.node("complete", ends(column, across).and(ends(row, down)));
      const lastColumn = m.node("lastColumn", column.eq(columns - 1));
      m.when(step, () => {
        full.set(complete);
        column.set(select(uint(column.width), lastColumn, 0, column.addWrap(1)));
        m.when(lastColumn, () => row.set(select(uint(row.width), row.eq(rows - 1), 0, row.addWrap(1))));
      }).elseWhen(windows.ready, () => full.set(false));
    },
  };
});
