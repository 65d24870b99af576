/** The size of a map: `channels` bits a pixel. */
export interface MapShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** The pixels of a map. */
export const placesOf = ({ width, height }: MapShape) => width * height;

/** What decides the maps of a layer. A kernel of 0 makes it dense: one pixel, made of the whole map. */
export interface LayerSizes {
  readonly kernel: number;
  readonly stride: number;
  /** Pixels added at every side. */
  readonly padding: number;
  /** Output channels. */
  readonly outputs: number;
  /** Rows and columns of the squares that are pooled, 1 for none. */
  readonly pool: number;
}

/**
 * The maps of a layer, and the vector that meets its weights: `items` of `itemBits` bits; of a convolution one, a window; of a
 * dense layer all pixels.
 */
export interface LayerShape {
  readonly input: MapShape;
  /** Before pooling. */
  readonly map: MapShape;
  readonly output: MapShape;
  readonly items: number;
  readonly itemBits: number;
}

/** The shapes of a layer; widths and heights below 1 where a kernel or a pool is larger than its map. */
export function shapeOfLayer(input: MapShape, { kernel, stride, padding, outputs, pool }: LayerSizes): LayerShape {
  const windows = (size: number) => (kernel === 0 ? 1 : Math.floor((size + 2 * padding - kernel) / stride) + 1);
  const map = { width: windows(input.width), height: windows(input.height), channels: outputs };
  const output = { width: Math.floor(map.width / pool), height: Math.floor(map.height / pool), channels: outputs };
  return kernel === 0
    ? { input, map, output, items: input.width * input.height, itemBits: input.channels }
    : { input, map, output, items: 1, itemBits: kernel * kernel * input.channels };
}
