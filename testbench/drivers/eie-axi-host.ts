import { countNames, countWords, eiePackets, eieRegisters } from "../../generators/eie/axi-registers.ts";
import { type EieGeometry, eieGeometry } from "../../generators/eie/geometry.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { numberOf } from "../bits.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import { justAccepted, refused, refusedAtReset, runsAlone } from "./eie-axi-limits.ts";
import { type Bias, EieContents, type LoadWord, type PlacedLayer } from "./eie-contents.ts";
import { type EieConnection, type EieCounts, loadLimit } from "./eie-host.ts";
import { type Exchange, inTurn, perform, told } from "./exchange.ts";
import { HostStatus } from "./host-status.ts";
import { type LimitCase, tryCommand } from "./limit-case.ts";
import { packetRows } from "./packets.ts";
import { accepted, brokenPromise, lastValue, RegisterAccess } from "./register-access.ts";

const loads = { valid: "s_axis_tvalid", ready: "s_axis_tready", data: ["s_axis_tdata", "s_axis_tlast"] } as const;
const readOut = { valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"] } as const;

/** The array as software reaches it: AXI4-Lite registers, AXI streams and the interrupt, nothing else. */
export class EieAxiHost implements EieConnection {
  readonly #p: EieParameters;
  readonly #g: EieGeometry;
  readonly #contents: EieContents;
  readonly #registers: RegisterAccess;
  readonly #stalls: Stalls | undefined;
  readonly #status: HostStatus;

  /** With `stalls` both streams hesitate, and commands are looked at from all sides, see `HostStatus`. */
  constructor(parameters: EieParameters, stalls?: Stalls) {
    this.#p = parameters;
    this.#g = eieGeometry(parameters);
    this.#contents = new EieContents(parameters);
    this.#registers = new RegisterAccess(eieRegisters(parameters));
    this.#stalls = stalls;
    this.#status = new HostStatus(this.#registers, eiePackets(parameters), (rows) => this.#send(rows));
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
      yield accepted([
        this.#registers.write("LAYER", { layer }),
        ...registers,
        this.#registers.write("MODE", { hold, bias: withBias, relu, codebook }),
        this.#registers.write("DEFINE", { define: 1 }),
      ]);
    }
  }

  loadActivations(x: ArrayLike<number>): Exchange<void> {
    return told([this.packets(this.#contents.activationWords(x))]);
  }

  run(first: number, last: number): Exchange<number> {
    const written = accepted([
      this.#registers.write("CONTROL", { enableInterrupt: 1 }),
      this.#registers.write("RANGE", { firstLayer: first, lastLayer: last }),
      this.#registers.write("RUN", { run: 1 }),
    ]);
    const ended: Command = { kind: "until", port: "irq", value: 1, limit: this.#contents.runLimit };
    const cycles: Exchange<number> = {
      commands: [ended, this.#registers.read("CYCLES")],
      reply: (results) => Number(lastValue(results)),
    };
    return this.#stalls
      ? inTurn([this.#status.stray(), written, this.#status.atWork()], cycles, [this.#status.ended()])
      : inTurn([written], cycles);
  }

  read(count: number, firstRow = 0): Exchange<number[]> {
    const { pes, activationBits } = this.#p;
    const rows = Math.ceil(count / pes);
    const written = accepted([
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
    const pulled: Exchange<number[]> = {
      commands: [pull, { kind: "until", port: "irq", value: 1, limit: loadLimit }],
      reply: ([values]) => {
        const marks = Array.from({ length: words }, (_, i) => values[2 * i + 1] === 1n);
        if (marks.indexOf(true) !== words - 1)
          throw brokenPromise("m_axis_tlast", "with the last word alone", `${marks.indexOf(true)}`);
        const patterns = Array.from({ length: count }, (_, i) => BigInt.asUintN(activationBits, values[2 * i]));
        return patterns.map((bits) => Number(numberOf(bits, this.#g.activation)));
      },
    };
    return inTurn([written], pulled, this.#stalls ? [this.#status.ended()] : []);
  }

  counts(layer: number): Exchange<EieCounts> {
    const written = accepted([this.#registers.write("LAYER", { layer })]);
    const words = countNames.flatMap((name) => countWords(name, this.#p).map((word) => ({ ...word, name })));
    return {
      commands: [...written.commands, ...words.map(({ register }) => this.#registers.read(register))],
      reply: ([, ...values]) => {
        const counts = Object.fromEntries(countNames.map((name) => [name, 0]));
        words.forEach(({ name, low }, i) => {
          counts[name] += Number(lastValue([values[i]])) * 2 ** low;
        });
        return counts as EieCounts;
      },
    };
  }

  /** Tries the registers, see `RegisterAccess`. */
  tryRegisters(simulation: Simulation): Promise<void> {
    return this.#registers.tryAll(simulation);
  }

  /**
   * What must hold before the first operation: registers read as after a reset, no layer has counted or runs, the memories end where they
   * should, and the array refuses what it must and stores what just fits.
   */
  async tryReset(simulation: Simulation): Promise<void> {
    const p = this.#p;
    await this.#registers.tryReset(simulation);
    if (p.counters) {
      const counts = await perform(
        simulation,
        Array.from({ length: p.layers }, (_, i) => this.counts(i)),
      );
      const wrong = counts.findIndex((of) => Object.values(of).some((count) => count !== 0));
      if (wrong >= 0) throw brokenPromise(`counts of layer ${wrong}, after reset`, "0", JSON.stringify(counts[wrong]));
    }
    // Until the accumulators are cleared all is refused.
    await simulation.execute([{ kind: "step", cycles: p.activationDepth + 16 }]);
    await perform(simulation, [this.#status.limits()]);
    const answers = (one: LimitCase, answer: "OKAY" | "SLVERR") => tryCommand(simulation, this.#registers, one, answer);
    // What is refused is not carried out either: no layer is stored by it.
    for (const one of [...refusedAtReset(p), ...refused(p), ...refusedAtReset(p)]) await answers(one, "SLVERR");
    for (const { define, run } of runsAlone(p)) {
      await answers(define, "OKAY");
      await answers(run, "OKAY");
      // Words for the memories wait for its end.
      const [[ready]] = await simulation.execute([{ kind: "peek", port: loads.ready }]);
      if (ready !== 0n) throw brokenPromise(`${loads.ready} behind ${run.name}`, "0", `${ready}`);
      await simulation.execute([{ kind: "step", cycles: 100 }, this.#registers.write("CONTROL", { clearDone: 1 })]);
    }
    for (const one of justAccepted(p)) await answers(one, "OKAY");
  }

  /** Words for the memories as packets: a new one wherever the next place does not simply follow. */
  packets(words: readonly LoadWord[]): Command {
    return this.#send(
      packetRows(
        eiePackets(this.#p),
        words.map(([space, pe, address, data]) => ({ space, pe, address, data })),
      ),
    );
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
}
