import { Random } from "../random.ts";
import { type CompressedLayer, type CompressedNetwork, sparseCodes } from "./layer.ts";

/** A network of random shape, sparsity, bits and names, for tests and fuzzing; the same seed gives the same one. */
export function randomNetwork(seed: number): CompressedNetwork {
  const random = new Random(seed);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const chained = random.uniform() < 0.5;
  let inputs = 1 + below(30);
  const layers = Array.from({ length: 1 + below(3) }, (_, i): CompressedLayer => {
    const rows = 1 + below(60);
    const bias = random.uniform() < 0.5;
    const cols = inputs + (bias ? 1 : 0);
    const weightBits = 1 + below(8);
    const density = random.uniform() < 0.2 ? 0 : random.uniform() ** 3;
    const values = below(2 ** weightBits);
    const codes = Uint8Array.from({ length: rows * cols }, () =>
      values > 0 && random.uniform() < density ? 1 + below(values) : 0,
    );
    const codebook = Float32Array.from({ length: values + 1 }, (_, code) => (code === 0 ? 0 : random.normal()));
    inputs = chained ? rows : 1 + below(30);
    return {
      name: random.uniform() < 0.1 ? "" : `fc${i}.wéight`.slice(0, 1 + below(10)),
      matrix: sparseCodes(codes, rows),
      bias,
      relu: random.uniform() < 0.5,
      weightBits,
      indexBits: 1 + below(8),
      codebook,
    };
  });
  return { chained, layers };
}
