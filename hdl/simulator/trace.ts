/** What some nets were in every cycle since the recording began. */
import { HdlError } from "../errors.ts";
import { checkOptions } from "../messages/options.ts";
import { nearest } from "../names/nearest.ts";
import { decimal } from "../numbers/fixed-literal.ts";
import { here } from "../position.ts";
import type { LeafType } from "../types.ts";
import type { NamedNet } from "./net-names.ts";
import { VcdWriter } from "./vcd.ts";
import { drawWaves } from "./waves.ts";

export interface TracedNet extends NamedNet {
  /** The type of a port; of internal nets the circuit knows a format at the most. */
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
    if (place < 0) throw this.#unknown(path);
    return this.#samples.map((row) => row[place]);
  }

  #unknown(path: string): HdlError {
    const names = this.#nets.map((net) => net.path);
    const near = nearest(path, names);
    const shown = near.length > 0 ? near : names.slice(0, 8);
    const expected = `${near.length > 0 || names.length > 8 ? "such as" : "one of"} ${shown.map((name) => `"${name}"`).join(", ")}`;
    const message = `The recording has no net "${path}".`;
    const hint = "`dut.trace([…])` records the nets that it is given; without, the ports.";
    return new HdlError({ code: "unknown-net", message, expected, hint }, here());
  }

  /**
   * The waves as text: bits as lines, words in boxes, a column of equal width a cycle. Lines are at most `columns`
   * characters long, 100 when absent; longer recordings go on in a further block.
   */
  waves(options: { readonly columns?: number } = {}): string {
    checkOptions("waves", "an object of options", options, { columns: true });
    const { columns = 100 } = options;
    const waves = this.#nets.map((net, i) => ({
      name: net.path,
      cycles: this.#samples.map((row) => cell(net, row[i])),
    }));
    return drawWaves(waves, columns);
  }

  /** The waves as a value change dump for a viewer; a cycle is a nanosecond. */
  vcd(): string {
    const nets = this.#nets.map((net) => ({ ...net, ...meaning(net) }));
    const writer = new VcdWriter(this.#top, nets);
    this.#samples.forEach((row, cycle) => {
      writer.sample(cycle, (i) => {
        const value = row[i];
        return value === undefined ? undefined : BigInt.asUintN(this.#nets[i].width, BigInt(value));
      });
    });
    return writer.text(this.cycles);
  }
}

/** What the bits of a net say, for who reads a dump, which has only bits. */
function meaning({ type, format }: TracedNet): { meaning?: string } {
  const shown = type ?? format;
  if (shown?.kind === "fixed") return { meaning: `fixed(${shown.il}, ${shown.fl}), in steps of 2^-${shown.fl}` };
  if (shown?.kind !== "enum") return {};
  return { meaning: (shown.values as readonly string[]).map((word, i) => `${i} ${word}`).join(", ") };
}

function cell({ width, type, format }: TracedNet, value: number | bigint | undefined): boolean | string {
  if (value === undefined) return "x";
  const shown = type ?? format;
  if (shown?.kind === "fixed") return decimal(BigInt(value), shown.fl);
  if (shown?.kind === "enum") return (shown.values as readonly string[])[Number(value)] ?? String(value);
  return width === 1 && type?.kind !== "uint" && type?.kind !== "sint" ? Number(value) === 1 : String(value);
}
