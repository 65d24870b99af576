import { type LayerShape, type LayerSizes, type MapShape, placesOf } from "../conv/spec.ts";
import type { Matrix } from "../linear/gemm.ts";

/** A layer's sizes and the maps that enter and leave it. Samples are rows of a matrix: pixels row by row, of these all channels. */
export type Geometry = LayerSizes & LayerShape;

/** The same memory with a pixel a row; the columns must have no padding, or a sample one pixel. */
export function byPixel({ rows, stride, data }: Matrix, shape: MapShape): Matrix {
  const places = placesOf(shape);
  return { rows: rows * places, cols: shape.channels, stride: stride / places, data };
}

/** The same memory with a sample a row, of maps that lie with a pixel a row. */
export function bySample({ rows, cols, stride, data }: Matrix, shape: MapShape): Matrix {
  const places = placesOf(shape);
  return { rows: rows / places, cols: cols * places, stride: stride * places, data };
}

/** Visits all windows, in the order in which they lie in a matrix of a window a row: where each starts there and in the maps. */
function eachWindow(
  { input, map, stride }: Geometry,
  maps: Matrix,
  windows: Matrix,
  visit: (corner: number, window: number) => void,
): void {
  let window = 0;
  for (let sample = 0; sample < maps.rows; sample++) {
    for (let y = 0; y < map.height; y++) {
      for (let x = 0; x < map.width; x++, window += windows.stride) {
        visit(sample * maps.stride + (y * stride * input.width + x * stride) * input.channels, window);
      }
    }
  }
}

/** Writes the windows of a convolution, a row each, pixel by pixel as the rows of its weights lie (im2col). Without padding. */
export function gatherWindows(geometry: Geometry, maps: Matrix, windows: Matrix): void {
  const [from, into] = [maps.data, windows.data];
  const { kernel, input } = geometry;
  const [run, line] = [kernel * input.channels, input.width * input.channels];
  eachWindow(geometry, maps, windows, (corner, window) => {
    for (let row = 0, at = corner, to = window; row < kernel; row++, at += line, to += run) {
      for (let i = 0; i < run; i++) into[to + i] = from[at + i];
    }
  });
}

/** The gradient of maps from that of their windows: every pixel sums up what all windows have for it. */
export function scatterWindows(geometry: Geometry, windows: Matrix, maps: Matrix): void {
  const [from, into] = [windows.data, maps.data];
  const { kernel, input } = geometry;
  const [run, line] = [kernel * input.channels, input.width * input.channels];
  into.fill(0);
  eachWindow(geometry, maps, windows, (corner, window) => {
    for (let row = 0, to = corner, at = window; row < kernel; row++, to += line, at += run) {
      for (let i = 0; i < run; i++) into[to + i] += from[at + i];
    }
  });
}

/**
 * Max-pooling of squares that do not overlap; `values` and `pooled` have a pixel a row. `chosen` gets where the largest value of each
 * square lies, the first of equals.
 */
export function poolMaps({ map, output, pool }: Geometry, values: Matrix, pooled: Matrix, chosen: Int32Array): void {
  const { data, stride } = values;
  const samples = pooled.rows / placesOf(output);
  let to = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++, to += pooled.stride) {
        const corner = ((sample * map.height + y * pool) * map.width + x * pool) * stride;
        for (let channel = 0; channel < pooled.cols; channel++) {
          let best = corner + channel;
          for (let dy = 0; dy < pool; dy++) {
            for (let dx = 0; dx < pool; dx++) {
              const at = corner + channel + (dy * map.width + dx) * stride;
              if (data[at] > data[best]) best = at;
            }
          }
          chosen[to + channel] = best;
          pooled.data[to + channel] = data[best];
        }
      }
    }
  }
}

/** The gradient of what was pooled: that of a square goes to its largest value. */
export function unpoolMaps(pooled: Matrix, chosen: Int32Array, gradient: Matrix): void {
  gradient.data.fill(0);
  for (let row = 0, at = 0; row < pooled.rows; row++, at += pooled.stride) {
    for (let c = at; c < at + pooled.cols; c++) gradient.data[chosen[c]] = pooled.data[c];
  }
}
