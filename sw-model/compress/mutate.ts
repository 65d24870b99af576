import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors.ts";
import { parseNpz } from "../numpy/npz.ts";
import { Random } from "../random.ts";
import { decodeNetwork } from "./decode.ts";
import { encodeNetwork } from "./encode.ts";
import { randomNetwork } from "./fixture.ts";
import { checksumBytes } from "./format.ts";
import { type CompressedNetwork, denseWeights } from "./layer.ts";
import { npzOf } from "./to-npz.ts";

/** What became of mutated containers. */
export interface MutationCounts {
  files: number;
  /** Refused with an error that names the file and the byte. */
  refused: number;
  /** Decoded to the network that was encoded: the mutation changed nothing. */
  same: number;
  /** Their checksum was made right again, and they decode to another network, which encodes and decodes to itself. */
  others: number;
}

/** The seed of a mutated file, and what went wrong with it. */
export interface MutationFailure {
  readonly seed: number;
  readonly what: string;
}

/** Files made from one network, so that few networks serve many files. */
const filesPerNetwork = 100;

/**
 * Decodes `count` mutated containers. Half are as mutated: only the right network may come out. Half have their checksum made right
 * again, so that the checks behind it are reached: a network that comes out must survive a round trip. All that decode must also have
 * all their weights as an `.npz` file. Anything thrown but a `UserError` with a byte, and any wrong network, is a failure.
 */
export function decodeMutated(
  seed: number,
  count: number,
  log: (done: number) => void = () => undefined,
): { readonly counts: MutationCounts; readonly failures: readonly MutationFailure[] } {
  const counts: MutationCounts = { files: 0, refused: 0, same: 0, others: 0 };
  const failures: MutationFailure[] = [];
  for (let from = 0; from < count; from += filesPerNetwork) {
    const network = randomNetwork(seed + from);
    const bytes = encodeNetwork(network);
    for (let i = from; i < Math.min(count, from + filesPerNetwork); i++) {
      const random = new Random(seed + i, 1);
      const isSealed = i % 2 === 1;
      const mutated = isSealed ? sealed(mutate(bytes, random)) : mutate(bytes, random);
      counts.files++;
      const outcome = outcomeOf(mutated, network, isSealed);
      if (outcome === "refused" || outcome === "same" || outcome === "others") counts[outcome]++;
      else failures.push({ seed: seed + i, what: outcome });
    }
    log(Math.min(count, from + filesPerNetwork));
  }
  return { counts, failures };
}

function outcomeOf(bytes: Buffer, original: unknown, isSealed: boolean): string {
  try {
    const network = decodeNetwork(bytes, "mutated");
    if (!survivesNpz(network)) return "a network that is another one as an .npz file";
    if (isDeepStrictEqual(network, original)) return "same";
    if (!isSealed) return "another network with a right checksum";
    const again = decodeNetwork(encodeNetwork(network), "again");
    return isDeepStrictEqual(again, network) ? "others" : "a network that does not survive a round trip";
  } catch (error) {
    if (error instanceof UserError && /^mutated: byte \d+$/.test(error.details.where ?? "")) return "refused";
    return `${error}`;
  }
}

/** Weights above which a network is not written as a dense file: a mutated size may claim a gigabyte. */
const mostDense = 2 ** 18;

/** True where all weights and biases of a network stand in its `.npz` file, in order. */
function survivesNpz(network: CompressedNetwork): boolean {
  const { layers } = network;
  if (layers.reduce((sum, { matrix }) => sum + matrix.rows * matrix.cols, 0) > mostDense) return true;
  const arrays = parseNpz(npzOf(network), "npz");
  return layers.every((layer) => {
    const { rows, cols } = layer.matrix;
    const inputs = cols - (layer.bias ? 1 : 0);
    const [matrix, bias] = [arrays.shift(), layer.bias ? arrays.shift() : undefined];
    return denseWeights(layer).every((value, at) => {
      const [input, output] = [Math.floor(at / rows), at % rows];
      const found = input < inputs ? matrix?.values[output * inputs + input] : bias?.values[output];
      return Object.is(found, value);
    });
  });
}

/** The bytes with one to four changes: bits, bytes, runs cut out, doubled or zeroed, or an end cut off. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  let changed = Buffer.from(bytes);
  for (let changes = 1 + below(4); changes > 0 && changed.length > 0; changes--) {
    const at = below(changed.length);
    const length = 1 + below(Math.min(16, changed.length - at));
    const run = changed.subarray(at, at + length);
    const [before, behind] = [changed.subarray(0, at), changed.subarray(at + length)];
    switch (below(7)) {
      case 0:
      case 1:
        changed[at] ^= 1 << below(8);
        break;
      case 2:
        changed[at] = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)];
        break;
      case 3:
        changed = Buffer.concat([before, behind]);
        break;
      case 4:
        changed = Buffer.concat([before, run, run, behind]);
        break;
      case 5:
        run.fill(below(2) * 255);
        break;
      default:
        changed = Buffer.from(before);
    }
  }
  return changed;
}

/** The same content with a right checksum. */
function sealed(bytes: Buffer): Buffer {
  const content = bytes.subarray(0, Math.max(0, bytes.length - checksumBytes));
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}
