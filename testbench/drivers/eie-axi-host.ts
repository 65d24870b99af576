import { placed } from "../../generators/common/registers.ts";
import { countNames, countRegister, eieRegisters, loadHeader } from "../../generators/eie/axi-registers.ts";
import { type EieGeometry, eieGeometry, loadSpaces } from "../../generators/eie/geometry.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { UserError } from "../../sw-model/errors.ts";
import { numberOf } from "../bits.ts";
import type { Bits, Command, Stalls } from "../simulation.ts";
import { type Bias, EieContents, type LoadWord, type PlacedLayer } from "./eie-contents.ts";
import { type EieConnection, type EieCounts, loadLimit } from "./eie-host.ts";
import { type Exchange, told } from "./exchange.ts";
import { RegisterAccess } from "./register-access.ts";

const loads = { valid: "s_axis_tvalid", ready: "s_axis_tready", data: ["s_axis_tdata", "s_axis_tlast"] } as const;
const readOut = { valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"] } as const;

/** The array as software reaches it: AXI4-Lite registers, AXI streams and the interrupt, nothing else. */
export class EieAxiHost implements EieConnection {
  readonly #p: EieParameters;
  readonly #g: EieGeometry;
  readonly #contents: EieContents;
  readonly #registers: RegisterAccess;
  readonly #stalls: Stalls | undefined;

  /** With `stalls` both streams hesitate. */
  constructor(parameters: EieParameters, stalls?: Stalls) {
    this.#p = parameters;
    this.#g = eieGeometry(parameters);
    this.#contents = new EieContents(parameters);
    this.#registers = new RegisterAccess(eieRegisters(parameters));
    this.#stalls = stalls;
  }

  *loadLayers(layers: readonly PlacedLayer[], bias?: Bias): Generator<Exchange<void>> {
    let words: LoadWord[] = [];
    for (const item of this.#contents.layers(layers, bias)) {
      if (!("fields" in item)) {
        words.push(item);
        continue;
      }
      yield told([this.packets(words)]);
      words = [];
      const { layer, fields } = item;
      const { hold, bias: withBias, relu, codebook, ...single } = fields;
      const registers = Object.entries(single).map(([name, value]) =>
        this.#registers.write(name.replace(/([A-Z])/g, "_$1").toUpperCase(), { [name]: value }),
      );
      yield this.#written([
        this.#registers.write("LAYER", { layer }),
        ...registers,
        this.#registers.write("MODE", { hold, bias: withBias, relu, codebook }),
        this.#registers.write("DEFINE", { define: 1 }),
      ]);
    }
  }

  loadActivations(x: ArrayLike<number>): Exchange<void> {
    return told([this.#push([this.#header([loadSpaces.activations, 0, 0]), ...this.#contents.activations(x)])]);
  }

  run(first: number, last: number): Exchange<number> {
    const written = this.#written([
      this.#registers.write("CONTROL", { enableInterrupt: 1 }),
      this.#registers.write("RANGE", { firstLayer: first, lastLayer: last }),
      this.#registers.write("RUN", { run: 1 }),
    ]);
    const ended: Command = { kind: "until", port: "irq", value: 1, limit: this.#contents.runLimit };
    return {
      commands: [...written.commands, ended, this.#registers.read("CYCLES")],
      reply: (results) => {
        written.reply(results.slice(0, -2));
        return Number(lastValue(results));
      },
    };
  }

  read(count: number, firstRow = 0): Exchange<number[]> {
    const { pes, activationBits } = this.#p;
    const rows = Math.ceil(count / pes);
    const written = this.#written([
      this.#registers.write("READ_ROW", { readRow: firstRow }),
      this.#registers.write("READ_ROWS", { readRows: rows }),
      this.#registers.write("READ", { read: 1 }),
      this.#registers.write("CONTROL", { enableInterrupt: 1 }),
    ]);
    const words = rows * pes;
    const pull: Command = this.#stalls
      ? {
          ...{ kind: "exchange", push: { ...loads, rows: [] }, pull: { ...readOut, count: words } },
          ...{ stalls: this.#stalls, limit: loadLimit },
        }
      : { kind: "pull", ...readOut, count: words, limit: loadLimit };
    return {
      commands: [...written.commands, pull, { kind: "until", port: "irq", value: 1, limit: loadLimit }],
      reply: (results) => {
        written.reply(results.slice(0, -2));
        const values = results[results.length - 2];
        const marks = Array.from({ length: words }, (_, i) => values[2 * i + 1] === 1n);
        if (marks.indexOf(true) !== words - 1)
          throw refused("m_axis_tlast", "with the last word alone", `${marks.indexOf(true)}`);
        const patterns = Array.from({ length: count }, (_, i) => BigInt.asUintN(activationBits, values[2 * i]));
        return patterns.map((bits) => Number(numberOf(bits, this.#g.activation)));
      },
    };
  }

  counts(layer: number): Exchange<EieCounts> {
    const written = this.#written([this.#registers.write("LAYER", { layer })]);
    const words = countNames.flatMap((name) =>
      ["", "_HIGH"].map((half) => this.#registers.read(`${countRegister(name)}${half}`)),
    );
    return {
      commands: [...written.commands, ...words],
      reply: ([, ...values]) =>
        Object.fromEntries(
          countNames.map((name, i) => [
            name,
            Number(lastValue([values[2 * i]])) + Number(lastValue([values[2 * i + 1]])) * 2 ** 32,
          ]),
        ) as EieCounts,
    };
  }

  /** Words for the memories as packets: a new one wherever the address does not simply go on. */
  packets(words: readonly LoadWord[]): Command {
    const rows: [Bits, number][] = [];
    words.forEach(([space, pe, address, data], i) => {
      const [beforeSpace, beforePe, beforeAddress] = words[i - 1] ?? [];
      if (space !== beforeSpace || pe !== beforePe || address !== Number(beforeAddress) + 1) {
        if (rows.length > 0) rows[rows.length - 1][1] = 1;
        rows.push([this.#header([space, pe, address]), 0]);
      }
      rows.push([data, 0]);
    });
    if (rows.length > 0) rows[rows.length - 1][1] = 1;
    return this.#send(rows);
  }

  #header(values: readonly number[]): bigint {
    return placed(loadHeader(this.#p), 64).reduce((sum, { low }, i) => sum | (BigInt(values[i]) << BigInt(low)), 0n);
  }

  #push(words: readonly Bits[]): Command {
    return this.#send(words.map((word, i) => [word, i === words.length - 1 ? 1 : 0]));
  }

  #send(rows: readonly (readonly Bits[])[]): Command {
    const stalls = this.#stalls;
    if (!stalls) return { kind: "push", ...loads, rows, limit: loadLimit };
    return {
      kind: "exchange",
      push: { ...loads, rows },
      pull: { ...readOut, count: 0 },
      stalls,
      limit: loadLimit,
    };
  }

  /** Writes that must be accepted. */
  #written(commands: readonly Command[]): Exchange<void> {
    return {
      commands,
      reply: (results) => {
        results.forEach((answers, i) => {
          if (answers[answers.length - 1] !== 0n) throw refused(`write ${i}`, "OKAY", "SLVERR");
        });
      },
    };
  }
}

function lastValue(results: readonly (readonly bigint[])[]): bigint {
  const values = results[results.length - 1];
  return values[values.length - 1];
}

function refused(where: string, expected: string, found: string): UserError {
  const message = "the array did not answer as its registers promise";
  return new UserError({ code: "command-failed", message, where, expected, found }, 1);
}
