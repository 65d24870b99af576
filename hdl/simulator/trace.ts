/** What some nets were in every cycle since the recording began. */
import { decimal } from "../fixed-literal.ts";
import type { LeafType } from "../types.ts";
import type { NamedNet } from "./net-names.ts";
import { VcdWriter } from "./vcd.ts";
import { drawWaves } from "./waves.ts";

export interface TracedNet extends NamedNet {
  /** The type of a port; internal nets are numbers, or words where their enumeration is known. */
  readonly type?: LeafType;
  /** Undefined while a bit is unknown. */
  readonly read: () => number | bigint | undefined;
}

/** A recording of some nets. */
export class Trace {
  readonly #top: string;
  readonly #nets: readonly TracedNet[];
  readonly #samples: (number | bigint | undefined)[][] = [];

  constructor(top: string, nets: readonly TracedNet[]) {
    this.#top = top;
    this.#nets = nets;
  }

  /** Takes the values of this cycle; the simulation does so before every edge. */
  sample(): void {
    this.#samples.push(this.#nets.map(({ read }) => read()));
  }

  /** Cycles recorded. */
  get cycles(): number {
    return this.#samples.length;
  }

  /** The numbers that a net had, one a cycle; undefined where a bit was unknown. */
  values(path: string): (number | bigint | undefined)[] {
    const place = this.#nets.findIndex((net) => net.path === path);
    return place < 0 ? [] : this.#samples.map((row) => row[place]);
  }

  /**
   * The waves as text: bits as lines, words in boxes, a column of equal width a cycle. Lines are at most `columns`
   * characters long, 100 when absent; longer recordings go on in a further block.
   */
  waves({ columns = 100 }: { readonly columns?: number } = {}): string {
    const waves = this.#nets.map((net, i) => ({
      name: net.path,
      cycles: this.#samples.map((row) => cell(net, row[i])),
    }));
    return drawWaves(waves, columns);
  }

  /** The waves as a value change dump for a viewer; a cycle is a nanosecond. */
  vcd(): string {
    const writer = new VcdWriter(this.#top, this.#nets);
    this.#samples.forEach((row, cycle) => {
      writer.sample(cycle, (i) => {
        const value = row[i];
        return value === undefined ? undefined : BigInt.asUintN(this.#nets[i].width, BigInt(value));
      });
    });
    return writer.text(this.cycles);
  }
}

function cell({ width, type, values }: TracedNet, value: number | bigint | undefined): boolean | string {
  if (value === undefined) return "x";
  if (type?.kind === "fixed") return decimal(BigInt(value), type.fl);
  const words = type?.kind === "enum" ? (type.values as readonly string[]) : values;
  if (words) return words[Number(value)] ?? String(value);
  return width === 1 && type?.kind !== "uint" && type?.kind !== "sint" ? Number(value) === 1 : String(value);
}
