import { UserError } from "../errors.ts";
import { largestName, mostEntries, type NamedArray, npzBytes } from "../numpy/npz.ts";
import { type CompressedNetwork, denseWeights } from "./layer.ts";

const [weight, bias] = [".weight", ".bias"];

/**
 * An `.npz` file of float32 arrays as PyTorch names and lays them: `<layer>.weight`, outputs x inputs, and `<layer>.bias`. Throws
 * `UserError` does-not-fit where there are more arrays than an archive takes.
 */
export function npzOf(network: CompressedNetwork): Buffer {
  const names = arrayNames(network);
  const arrays = network.layers.flatMap((layer, i): NamedArray[] => {
    const { rows, cols } = layer.matrix;
    const inputs = cols - (layer.bias ? 1 : 0);
    const weights = denseWeights(layer);
    const values = new Float64Array(rows * inputs);
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < inputs; col++) values[row * inputs + col] = weights[col * rows + row];
    }
    const matrix = { name: `${names[i]}${weight}`, shape: [rows, inputs], values };
    const added = Float64Array.from(weights.subarray(inputs * rows));
    return layer.bias ? [matrix, { name: `${names[i]}${bias}`, shape: [rows], values: added }] : [matrix];
  });
  if (arrays.length > mostEntries) throw tooMany(arrays.length);
  return npzBytes(arrays);
}

/**
 * A name for each layer, all different: its own, or `layer<number>`, with more digits behind it where that is taken, for one that has
 * none, has that of a layer before, or has one that no archive holds.
 */
export function arrayNames({ layers }: CompressedNetwork): string[] {
  const taken = new Set<string>();
  const own = layers.map(({ name }) => {
    // Readers of archives end a name at a zero byte.
    const fits = name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= largestName - weight.length;
    if (!fits || taken.has(name)) return undefined;
    taken.add(name);
    return name;
  });
  return own.map((name, i) => {
    if (name !== undefined) return name;
    let free = `layer${i}`;
    for (let more = 2; taken.has(free); more++) free = `layer${i}_${more}`;
    taken.add(free);
    return free;
  });
}

function tooMany(found: number): UserError {
  return new UserError({
    code: "does-not-fit",
    message: `an .npz file holds at most ${mostEntries} arrays, the network has ${found}`,
    where: "layers",
    expected: `at most ${mostEntries} arrays`,
    found: `${found}`,
  });
}
