import { type NumpyArray, npyBytes, parseNpy } from "./npy.ts";
import { longestPath, unzip, zip } from "./zip.ts";

export { mostEntries } from "./zip.ts";

/** An array of an `.npz` file; the name is without `.npy`. */
export interface NamedArray extends NumpyArray {
  readonly name: string;
}

/** Most bytes that an archive may unpack to: 2^30 values of four bytes. */
export const largestArchive = 2 ** 32;

/** Most bytes of an array's name in UTF-8. */
export const largestName = longestPath - ".npy".length;

/**
 * The arrays of an `.npz` file (NumPy's savez and savez_compressed: a ZIP archive of `.npy` files), in the order in which they
 * were saved. Throws `UserError` bad-zip, and bad-npy with the array behind the file's name.
 */
export function parseNpz(bytes: Buffer, file: string): NamedArray[] {
  return unzip(bytes, file, largestArchive).map(({ name, content }) => ({
    name: name.replace(/\.npy$/, ""),
    ...parseNpy(content, `${file}: ${name}`),
  }));
}

/** An `.npz` file of float32 arrays; the same arrays give the same bytes. */
export function npzBytes(arrays: readonly NamedArray[]): Buffer {
  return zip(arrays.map((array) => ({ name: `${array.name}.npy`, content: npyBytes(array) })));
}
