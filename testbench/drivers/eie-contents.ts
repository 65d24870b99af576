import { type EieGeometry, eieGeometry, loadSpaces } from "../../generators/eie/geometry.ts";
import { encodeCsc, type PeColumns } from "../../sw-model/eie/csc.ts";
import type { EieLayer } from "../../sw-model/eie/golden.ts";
import { rowRotations } from "../../sw-model/eie/rotations.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { patternOf } from "../bits.ts";
import type { Bits } from "../simulation.ts";

/** Where a layer stands in the memories of the array. */
interface LayerPlace {
  readonly columns: readonly PeColumns[];
  readonly firstWord: readonly number[];
  readonly pointerBase: number;
}

/** A layer that stands elsewhere than at its usual place: a tile, say. */
export interface PlacedLayer extends EieLayer {
  /** Rotations with `balance`; default those of its matrix. */
  readonly rotations?: Uint16Array | undefined;
  /** First rows of inputs and results in the activation memory. Default 0. */
  readonly sourceRow?: number;
  readonly resultRow?: number;
  /** Leave the sums in the accumulators for the next layer. Default false. */
  readonly hold?: boolean;
  /** Which codebook it uses; default the one with its own number. */
  readonly codebookIndex?: number;
}

/** A word of a memory: space, PE, address, data. */
export type LoadWord = readonly [space: number, pe: number, address: number, data: Bits];

/** A layer's descriptor, as patterns; its number. */
export interface LayerDescriptor {
  readonly layer: number;
  readonly fields: Readonly<Record<keyof EieGeometry["layer"]["fields"], Bits>>;
}

/** The activation that all bias columns meet. */
export interface Bias {
  readonly activation: number;
}

/** Whatever a host puts into the memories of one array. */
export class EieContents {
  readonly #p: EieParameters;
  readonly #g: EieGeometry;
  #runLimit = 0;

  constructor(parameters: EieParameters) {
    this.#p = parameters;
    this.#g = eieGeometry(parameters);
  }

  /** No run of the layers that were given last can take longer: twice one edge an entry of all PEs, one a column and a row, and the pipeline. */
  get runLimit(): number {
    return this.#runLimit;
  }

  /** Memory contents and descriptors of layers that are held side by side, layer n under descriptor n. */
  *layers(layers: readonly PlacedLayer[], bias?: Bias): Generator<LoadWord | LayerDescriptor> {
    const nextWord = new Array<number>(this.#p.pes).fill(0);
    let pointerBase = 0;
    this.#runLimit = 0;
    for (const [index, layer] of layers.entries()) {
      const columns = encodeCsc(layer.matrix, { ...this.#p, rotations: layer.rotations });
      const entries = columns.reduce((sum, { codes }) => sum + codes.length, 0);
      this.#runLimit += 2 * (entries + layer.matrix.cols + layer.matrix.rows) + 1000;
      const place = { columns, firstWord: [...nextWord], pointerBase };
      yield* this.#entryWords(place);
      yield* this.#pointerWords(place);
      yield* this.#codebookWords(layer.codebook, layer.codebookIndex ?? index);
      if (this.#p.balance) yield* this.#rotationWords(layer, index);
      yield { layer: index, fields: this.#descriptor(layer, index, pointerBase, bias) };
      pointerBase += layer.matrix.cols + 1;
      columns.forEach(({ codes }, pe) => {
        nextWord[pe] += Math.ceil(codes.length / this.#p.entriesPerWord);
      });
    }
  }

  /** Source activations, with zeros in the rest of the last row. */
  activationWords(x: ArrayLike<number>): LoadWord[] {
    const { pes, activationBits } = this.#p;
    const length = Math.ceil(x.length / pes) * pes;
    return Array.from({ length }, (_, j) => {
      const value = j < x.length ? patternOf(x[j], activationBits) : 0;
      return [loadSpaces.activations, j % pes, Math.floor(j / pes), value];
    });
  }

  *#entryWords({ columns, firstWord }: LayerPlace): Generator<LoadWord> {
    const { entriesPerWord, weightBits } = this.#p;
    const { entryBits } = this.#g;
    for (const [pe, { codes, indices }] of columns.entries()) {
      for (let word = 0; word * entriesPerWord < codes.length; word++) {
        let data = 0n;
        for (let lane = 0; lane < entriesPerWord; lane++) {
          const at = word * entriesPerWord + lane;
          if (at >= codes.length) break;
          data |= BigInt((indices[at] << weightBits) | codes[at]) << BigInt(lane * entryBits);
        }
        yield [loadSpaces.entries, pe, firstWord[pe] + word, data];
      }
    }
  }

  *#pointerWords({ columns, firstWord, pointerBase }: LayerPlace): Generator<LoadWord> {
    const { entriesPerWord } = this.#p;
    for (const [pe, { pointers }] of columns.entries()) {
      const first = firstWord[pe] * entriesPerWord;
      for (const [j, pointer] of pointers.entries()) yield [loadSpaces.pointers, pe, pointerBase + j, first + pointer];
    }
  }

  #codebookWords(codebook: readonly number[], index: number): LoadWord[] {
    const { weightBits, codebookBits } = this.#p;
    return codebook.map((value, code) => [
      loadSpaces.codebook,
      0,
      index * 2 ** weightBits + code,
      patternOf(value, codebookBits),
    ]);
  }

  #rotationWords({ matrix, rotations }: PlacedLayer, index: number): LoadWord[] {
    const first = index * 2 ** this.#g.row.width;
    return Array.from(rotations ?? rowRotations(matrix, this.#p.pes), (by, row) => [
      loadSpaces.rotations,
      0,
      first + row,
      by,
    ]);
  }

  /** With a bias, the last column of the matrix is the hardware's, not one of the inputs. */
  #descriptor(layer: PlacedLayer, index: number, pointerBase: number, bias?: Bias): LayerDescriptor["fields"] {
    const { matrix, relu, sourceRow = 0, resultRow = 0, hold = false, codebookIndex = index } = layer;
    const inputs = bias ? matrix.cols - 1 : matrix.cols;
    const flag = (value: boolean) => (value ? 1 : 0);
    return {
      pointerBase,
      biasPointer: bias ? pointerBase + inputs : 0,
      inputRows: Math.ceil(inputs / this.#p.pes),
      outputRows: Math.ceil(matrix.rows / this.#p.pes),
      sourceRow,
      resultRow,
      hold: flag(hold),
      biasValue: patternOf(bias?.activation ?? 0, this.#p.activationBits),
      bias: flag(bias !== undefined),
      relu: flag(relu),
      codebook: codebookIndex,
    };
  }
}
