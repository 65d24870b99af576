import { z } from "zod";
import { mostLayers, perLayer } from "../bnn/spec.ts";
import { type LayerShape, type LayerSizes, type MapShape, shapeOfLayer } from "../conv/spec.ts";
import { choice, type GeneratorSpec, integer, integers } from "../spec.ts";
import { arrayStructures, popcountLevels, structureMeta } from "../xnor/spec.ts";

const one = "one a layer, or one for all";

/** Limits that the parser of operations names, too. */
export const mostKernel = 16;
export const mostStride = 16;
export const mostPool = 16;
const mostWindowBits = 16384;
const mostWeightDepth = 1048576;

const schema = z.object({
  width: integer({ min: 1, max: 256, default: 10 }, { unit: "pixel", help: "pixels of a row of the input maps" }),
  height: integer({ min: 1, max: 256, default: 10 }, { unit: "row", help: "rows of the input maps" }),
  channels: integer(
    { min: 1, max: 1024, default: 1 },
    { unit: "bit", help: "channels of the input maps: bits of a pixel" },
  ),
  kernel: integers(
    { min: 0, max: mostKernel, most: mostLayers, default: [3, 3, 0] },
    { unit: "pixel", help: `rows and columns of a layer's kernels; 0 for a dense layer over all pixels; ${one}` },
  ),
  stride: integers(
    { min: 1, max: mostStride, most: mostLayers, default: [1] },
    { unit: "pixel", help: `pixels from one window to the next; dense layers ignore it; ${one}` },
  ),
  padding: integers(
    { min: 0, max: mostKernel - 1, most: mostLayers, default: [0] },
    { unit: "pixel", help: `pixels of -1 added at every side of a layer's maps; dense layers ignore it; ${one}` },
  ),
  outputs: integers(
    { min: 1, max: 4096, most: mostLayers, default: [8, 8, 10] },
    { unit: "bit", help: `output channels of a layer; ${one}` },
  ),
  pool: integers(
    { min: 1, max: mostPool, most: mostLayers, default: [2, 1, 1] },
    { unit: "pixel", help: `rows and columns of the max-pooling behind a layer, 1 for none; ${one}` },
  ),
  pes: integers(
    { min: 1, max: 1024, most: mostLayers, default: [4, 4, 2] },
    { unit: "PE", help: `processing elements of each layer: output channels at once; ${one}` },
  ),
  lanes: integers(
    { min: 1, max: 4096, most: mostLayers, default: [9, 24, 16] },
    { unit: "bit", help: `bits of a window that a layer takes in a cycle; ${one}` },
  ),
  results: choice(["dots", "bits"], "dots", {
    unit: "",
    help: "what the last layer gives: dot products, or thresholded bits",
  }),
  structure: choice(arrayStructures, "carry-counters", structureMeta),
  popcountLevels: popcountLevels(),
});

export type BcnnParameters = z.infer<typeof schema>;

/** The parameters that are lists with a value a layer. */
export const layerLists = ["kernel", "stride", "padding", "outputs", "pool", "pes", "lanes"] as const;

/** The number of layers: as many as the longest list has. */
export function layerCount(p: Pick<BcnnParameters, (typeof layerLists)[number]>): number {
  return Math.max(...layerLists.map((name) => p[name].length));
}

/** A layer of the hardware: its sizes, those of its array, and the shapes that follow. */
export interface BcnnLayer extends LayerSizes, LayerShape {
  readonly pes: number;
  readonly lanes: number;
}

/** The layers of a network, from the first. */
export function layersOf(p: BcnnParameters): BcnnLayer[] {
  const count = layerCount(p);
  const lists = Object.fromEntries(layerLists.map((name) => [name, perLayer(p[name], count)]));
  let input: MapShape = { width: p.width, height: p.height, channels: p.channels };
  return Array.from({ length: count }, (_, i) => {
    const [kernel, stride, padding, outputs, pool, pes, lanes] = layerLists.map((name) => lists[name][i]);
    const sizes = { kernel, stride, padding, outputs, pool };
    const shape = shapeOfLayer(input, sizes);
    input = shape.output;
    return { ...sizes, pes, lanes, ...shape };
  });
}

const empty = ({ width, height }: MapShape) => width < 1 || height < 1;

const everyLayer = (holds: (layer: BcnnLayer) => boolean) => (p: BcnnParameters) => layersOf(p).every(holds);

/** Binary convolutional network as a pipeline (FINN, Umuroglu et al., FPGA 2017, section 4.3). */
export const bcnnSpec: GeneratorSpec<BcnnParameters> = {
  name: "bcnn",
  summary:
    "binary convolutional network: sliding windows, matrix-vector-threshold units and max-pooling in a pipeline (FINN)",
  schema,
  layerLists,
  fromOperation: ["width", "height", "channels", "kernel", "stride", "padding", "outputs", "pool", "results"],
  rules: [
    ...layerLists.map((name) => ({
      parameters: [name, ...layerLists.filter((other) => other !== name)] as const,
      rule: `${name} has one value, or as many as the longest list: one a layer`,
      holds: (p: BcnnParameters) => [1, layerCount(p)].includes(p[name].length),
    })),
    {
      parameters: ["padding", "kernel"],
      rule: "padding of a convolution is below its kernel: every window has a pixel of the map",
      holds: everyLayer(({ kernel, padding }) => kernel === 0 || padding < kernel),
    },
    {
      parameters: ["kernel", "width", "height", "padding", "stride", "pool"],
      rule: "kernels are not larger than the padded maps that reach them",
      // A layer behind an impossible one is not to blame.
      holds: everyLayer(({ input, map }) => empty(input) || !empty(map)),
    },
    {
      parameters: ["pool", "kernel", "width", "height", "padding", "stride"],
      rule: "pool of a layer is not larger than the maps that it pools; those of a dense layer are one pixel",
      holds: everyLayer(({ output }) => !empty(output)),
    },
    {
      parameters: ["pool", "results"],
      rule: "pool of the last layer is 1 where results = dots: only bits are pooled",
      holds: (p) => p.results === "bits" || layersOf(p)[layerCount(p) - 1].pool === 1,
    },
    {
      parameters: ["kernel", "channels", "outputs"],
      rule: `a window has at most ${mostWindowBits} bits: kernel times kernel times channels`,
      holds: everyLayer(({ itemBits }) => itemBits <= mostWindowBits),
    },
    {
      parameters: ["pes", "lanes"],
      rule: `a processing element holds at most ${mostWeightDepth} words of weights: use more elements or lanes`,
      holds: everyLayer(
        ({ outputs, pes, items, itemBits, lanes }) =>
          Math.ceil(outputs / pes) * Math.ceil((items * itemBits) / lanes) <= mostWeightDepth,
      ),
    },
  ],
  presets: {
    small: {
      summary: "one convolution of 2 x 2 on maps of 5 x 4 with padding, and pooling",
      parameters: {
        width: 5,
        height: 4,
        channels: 2,
        kernel: [2],
        padding: [1],
        outputs: [3],
        pool: [2],
        pes: [2],
        lanes: [4],
        results: "bits",
      },
    },
    digits: {
      summary:
        "28 x 28 pixels, convolutions of 5 x 5 and 3 x 3 with pooling, 16 and 32 channels, and two dense layers: bcnn-mnist",
      parameters: {
        width: 28,
        height: 28,
        kernel: [5, 3, 0, 0],
        outputs: [16, 32, 64, 10],
        pool: [2, 2, 1, 1],
        pes: [16, 16, 4, 1],
        lanes: [25, 72, 32, 16],
      },
    },
  },
};
