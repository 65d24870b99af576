/** What the encoder and the decoder of the container agree on; docs/deep-compression.md has the whole layout. */

/** As in PNG: a byte above 127, a name, and line ends that a transfer as text would change. */
export const magic = Buffer.from([0x89, 0x57, 0x44, 0x43, 0x0d, 0x0a, 0x1a, 0x0a]);

export const containerVersion = 1;

/** Magic, version (2), flags (1), layers (2). */
export const headBytes = magic.length + 5;

/** SHA-256 of everything before it. */
export const checksumBytes = 32;

/** Most outputs or inputs of a layer, and most columns of all layers: what a small file can make a reader allocate. */
export const largestSide = 2 ** 20;
export const mostColumns = 2 ** 22;

export const chainedFlag = 1;
export const biasFlag = 1;
export const reluFlag = 2;

/** The symbol of the index alphabet that ends a column: the one after the largest index. */
export const columnEnd = (indexBits: number) => 2 ** indexBits;
