import { signedFormat, unsignedFormat } from "../format/stated.ts";
import { type BnnParameters, layerCount, perLayer } from "./spec.ts";

/** A bit of a binary vector. */
const binary = { width: 1, values: { 0: -1, 1: 1 } } as const;

/** What the numbers of the pipeline are; factors, offsets and scaled results where the last layer is scaled. */
export function bnnFormats(p: BnnParameters) {
  const layers = layerCount(p);
  const counts = countWidths(p);
  const dots = counts[layers - 1];
  // As wide as the largest product and the largest offset need.
  const scaled = (2n ** BigInt(p.scaleBits - 1 + dots) + 2n ** BigInt(p.offsetBits - 1)).toString(2).length + 1;
  return {
    signals: {
      weights: binary,
      inputs: p.inputBits === 1 ? binary : unsignedFormat(p.inputBits),
      counts: counts.map(unsignedFormat),
      ...(p.scaling === "none"
        ? {}
        : {
            factors: {
              ...signedFormat(p.scaleBits),
              ...(p.scaling === "shift" ? { values: "0, powers of two, and these negated" } : {}),
            },
            offsets: signedFormat(p.offsetBits),
            scaled: signedFormat(scaled),
          }),
    },
    accumulation: "exact: counts are as wide as the vectors that the memories hold need",
    ...(p.scaling === "none"
      ? {}
      : { scaling: "factor * dot + offset, exact; the three share one number of fraction bits" }),
    roundings: [],
  };
}

/** Bits of the sums of each layer: agreeing bits of a vector, those of a plane of the first layer's inputs weighted. */
function countWidths(p: BnnParameters): number[] {
  const layers = layerCount(p);
  const [lanes, depths] = [perLayer(p.lanes, layers), perLayer(p.inputDepth, layers)];
  return lanes.map((each, i) => {
    const planes = i === 0 ? p.inputBits : 1;
    return (each * Math.ceil(Math.floor(depths[i] / 2) / planes) * (2 ** planes - 1)).toString(2).length;
  });
}
