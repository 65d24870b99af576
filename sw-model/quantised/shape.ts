import { type LayerSizes, type MapShape, placesOf, shapeOfLayer } from "../conv/spec.ts";
import { UserError } from "../errors.ts";
import type { Normalisation } from "./batch-norm.ts";
import type { ActivationKind, WeightKind } from "./kinds.ts";
import type { Loss } from "./loss.ts";
import type { Geometry } from "./maps.ts";

/** Channels of convolutions come in multiples of this, so that the matrices of maps have no gaps. */
const channelStep = 8;

/** A network with restricted weights and activations, of dense layers or of convolutions and dense layers behind them. */
export interface NetworkShape {
  /** Inputs of the network, then the outputs of each layer: of a convolution its channels. */
  readonly sizes: readonly number[];
  /** The maps that enter, and the first layers, where those are convolutions; the others are dense. */
  readonly convolutions?: {
    readonly input: MapShape;
    readonly layers: readonly Pick<LayerSizes, "kernel" | "stride" | "pool">[];
  };
  readonly weights: WeightKind;
  /** Of the hidden layers. */
  readonly activations: ActivationKind;
  readonly normalisation: Normalisation;
  /**
   * What becomes of the last layer's sums: normalised like the others, or only multiplied by one constant for all
   * classes, so that the largest sum is the answer and hardware needs no arithmetic behind it.
   */
  readonly scores: "normalised" | { readonly scale: number };
  readonly loss: Loss;
}

/**
 * The sizes of every layer; kernel 0 is a dense one. Throws wrong-shape where layers do not fit their maps, channels of a convolution are no
 * multiple of 8, or no dense layer is last.
 */
export function geometriesOf({ sizes, convolutions }: Pick<NetworkShape, "sizes" | "convolutions">): Geometry[] {
  let input: MapShape = convolutions?.input ?? { width: 1, height: 1, channels: sizes[0] };
  const values = placesOf(input) * input.channels;
  if (values !== sizes[0]) throw misshapen("sizes[0]", `${values}, the values of a map`, `${sizes[0]}`);
  const count = convolutions?.layers.length ?? 0;
  if (count > sizes.length - 2) {
    throw misshapen("convolutions.layers", `at most ${sizes.length - 2}, a dense layer is last`, `${count}`);
  }
  return sizes.slice(1).map((outputs, i) => {
    const layer = { kernel: 0, stride: 1, pool: 1, ...convolutions?.layers[i], padding: 0, outputs };
    const shape = shapeOfLayer(input, layer);
    const where = `convolutions.layers[${i}]`;
    if (i < count && outputs % channelStep !== 0) {
      throw misshapen(`sizes[${i + 1}]`, `a multiple of ${channelStep} channels`, `${outputs}`);
    }
    if (
      i < count &&
      (layer.kernel < 1 || placesOf(shape.map) < 1 || shape.output.width < 1 || shape.output.height < 1)
    ) {
      throw misshapen(
        where,
        `a kernel and a pool that fit a map of ${input.width} x ${input.height}`,
        JSON.stringify(layer),
      );
    }
    input = shape.output;
    return { ...layer, ...shape };
  });
}

function misshapen(where: string, expected: string, found: string): UserError {
  return new UserError({
    code: "wrong-shape",
    message: `${where} is ${found}, expected ${expected}`,
    where,
    expected,
    found,
  });
}
