import { placesOf } from "../conv/spec.ts";
import { Arena, type Matrix } from "../linear/gemm.ts";
import { byPixel, type Geometry } from "./maps.ts";

/**
 * What one pass computes and keeps for the way back. `rows` stands for batch times the places of the layer's maps: a window a row; a
 * dense layer has one place.
 */
export interface Buffers {
  readonly geometry: Geometry;
  /** inputs x outputs. */
  readonly latent: Matrix;
  /** Restricted (inputs x outputs), their transpose, and their gradient. */
  readonly weights: Matrix;
  readonly weightsAcross: Matrix;
  readonly weightGradient: Matrix;
  readonly scaleGradient: Float32Array;
  readonly gammaGradient: Float32Array;
  readonly betaGradient: Float32Array;
  /** Sums, normalised sums, and their gradient: rows x outputs. */
  readonly sums: Matrix;
  readonly normalised: Matrix;
  readonly gradient: Matrix;
  /** What enters the layer, batch x values of a map; the same as rows x inputs, which is the matrix itself where the layer is dense. */
  readonly maps: Matrix;
  readonly inputs: Matrix;
  readonly inputsAcross: Matrix;
  /** Of `inputs`; only a convolution needs it apart from the gradient of the maps. */
  readonly inputsGradient?: Matrix;
  /** What leaves the layer, before the activation, and its gradient, a pixel a row: pooled, or the normalised sums themselves. */
  readonly leaving: Matrix;
  readonly leavingGradient: Matrix;
  /** Where a pooled value comes from; of a layer that pools. */
  readonly chosen?: Int32Array;
}

type Sizes = readonly [rows: number, cols: number];

/** The matrices of a layer. Those with a pixel a row are laid out as maps, a sample a row, which may take a few more rows. */
function sizesOf({ kernel, input, map, output, outputs, items, itemBits, pool }: Geometry, batch: number) {
  const inputs = items * itemBits;
  const rows = batch * placesOf(map);
  const sums: Sizes = [batch, placesOf(map) * outputs];
  const pooled: Sizes = [batch, placesOf(output) * outputs];
  const maps: Sizes = [batch, placesOf(input) * input.channels];
  return {
    latent: [inputs, outputs],
    weights: [inputs, outputs],
    weightsAcross: [outputs, inputs],
    weightGradient: [inputs, outputs],
    sums,
    normalised: sums,
    gradient: sums,
    maps,
    inputsAcross: [inputs, rows],
    ...(kernel > 0 ? { inputs: [rows, inputs] as Sizes, inputsGradient: [rows, inputs] as Sizes } : {}),
    ...(pool > 1 ? { pooled, pooledGradient: pooled } : {}),
  } satisfies Record<string, Sizes>;
}

/** An arena with the matrices of all layers. */
export function createBuffers(
  geometries: readonly Geometry[],
  batch: number,
): { readonly arena: Arena; readonly buffers: readonly Buffers[] } {
  const sizes = geometries.map((geometry) => Object.entries(sizesOf(geometry, batch)) as [string, Sizes][]);
  const shapes = sizes.flatMap((all) => all.map(([, size]) => size));
  const arena = new Arena(shapes, Math.max(...shapes.flat()));
  const buffers = geometries.map((geometry, i) => {
    const m = Object.fromEntries(sizes[i].map(([name, size]) => [name, arena.matrix(...size)]));
    return layerBuffers(geometry, m as Partial<Record<string, Matrix>> & Record<MatrixName, Matrix>);
  });
  return { arena, buffers };
}

type MatrixName = Exclude<keyof ReturnType<typeof sizesOf>, "inputs" | "inputsGradient" | "pooled" | "pooledGradient">;

function layerBuffers(
  geometry: Geometry,
  m: Record<MatrixName, Matrix> & { readonly [name: string]: Matrix | undefined },
): Buffers {
  const { map, output, outputs } = geometry;
  const { latent, weights, weightsAcross, weightGradient, maps, inputsAcross, inputs, inputsGradient } = m;
  const [sums, normalised, gradient] = [m.sums, m.normalised, m.gradient].map((matrix) => byPixel(matrix, map));
  const { pooled, pooledGradient } = m;
  const isPooled = pooled && pooledGradient;
  return {
    geometry,
    ...{ latent, weights, weightsAcross, weightGradient },
    scaleGradient: new Float32Array(2),
    gammaGradient: new Float32Array(outputs),
    betaGradient: new Float32Array(outputs),
    ...{ sums, normalised, gradient, maps, inputs: inputs ?? maps, inputsAcross },
    ...(inputsGradient ? { inputsGradient } : {}),
    leaving: isPooled ? byPixel(pooled, output) : normalised,
    leavingGradient: isPooled ? byPixel(pooledGradient, output) : gradient,
    ...(isPooled ? { chosen: new Int32Array(pooled.data.length) } : {}),
  };
}
