import { busBits } from "../../generators/common/axi-stream.ts";
import { esePackets, eseRegisters } from "../../generators/ese/axi-registers.ts";
import { eseGeometry } from "../../generators/ese/geometry.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import { refused } from "./ese-axi-limits.ts";
import {
  type CountWord,
  type EsePort,
  type EseReadOut,
  type EseStep,
  elementsOf,
  type LoadWord,
  loadLimit,
  type WeightWord,
} from "./ese-port.ts";
import type { StreamRows } from "./ese-streams.ts";
import { type Exchange, inTurn, perform, told } from "./exchange.ts";
import { HostStatus } from "./host-status.ts";
import { tryCommand } from "./limit-case.ts";
import { packetRows } from "./packets.ts";
import { accepted, brokenPromise, lastValue, RegisterAccess } from "./register-access.ts";

const loads = { valid: "s_axis_tvalid", ready: "s_axis_tready", data: ["s_axis_tdata", "s_axis_tlast"] } as const;
const weights = {
  ...{ valid: "s_axis_weights_tvalid", ready: "s_axis_weights_tready", data: ["s_axis_weights_tdata"] },
} as const;
const counts = {
  ...{ valid: "s_axis_counts_tvalid", ready: "s_axis_counts_tready", data: ["s_axis_counts_tdata"] },
} as const;
const readOut = { valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"] } as const;

/** The engine as software reaches it: AXI4-Lite registers, AXI streams and the interrupt, nothing else. */
export class EseAxiPort implements EsePort {
  readonly #p: EseParameters;
  readonly #registers: RegisterAccess;
  readonly #status: HostStatus;
  readonly stalls?: Stalls;
  readonly results = readOut;

  /** With `stalls` all streams hesitate, and commands are looked at from all sides, see `HostStatus`. */
  constructor(parameters: EseParameters, stalls?: Stalls) {
    this.#p = parameters;
    this.#registers = new RegisterAccess(eseRegisters(parameters));
    if (stalls) this.stalls = stalls;
    this.#status = new HostStatus(this.#registers, esePackets(parameters), (rows) => this.#send(rows));
  }

  load(words: readonly LoadWord[]): Exchange<void> {
    const rows = packetRows(
      esePackets(this.#p),
      words.map(([space, pe, channel, address, data]) => ({ space, pe, channel, address, data })),
    );
    return told([this.#send(rows)]);
  }

  #send(rows: readonly (readonly Bits[])[]): Command {
    const { stalls } = this;
    if (!stalls) return { kind: "push", ...loads, rows, limit: loadLimit };
    const pull = { ...readOut, count: 0 };
    return { kind: "exchange", push: { ...loads, rows }, pull, stalls, limit: loadLimit };
  }

  run({ inputs, outputs, cells, outputRows, layer }: EseStep): Exchange<void> {
    const written = accepted([
      this.#registers.write("CONTROL", { enableInterrupt: 1 }),
      this.#registers.write("INPUTS", { inputs }),
      this.#registers.write("OUTPUTS", { outputs }),
      this.#registers.write("CELLS", { cells }),
      ...(this.#p.projection > 0 ? [this.#registers.write("OUTPUT_ROWS", { outputRows })] : []),
      ...this.#layer(layer),
      this.#registers.write("RUN", { run: 1 }),
    ]);
    return this.stalls ? inTurn([this.#status.stray()], written, [this.#status.atWork()]) : written;
  }

  weights(words: readonly WeightWord[]): StreamRows {
    const entryBits = BigInt(this.#p.weightBits + this.#p.indexBits);
    const laneBits = entryBits + 1n;
    const rows = words.map((word) => [
      word.reduce((sum: bigint, entry, pe) => {
        return entry === undefined ? sum : sum | (((BigInt(entry) << 1n) | 1n) << (laneBits * BigInt(pe)));
      }, 0n),
    ]);
    return { ...weights, rows };
  }

  counts(words: readonly CountWord[]): StreamRows {
    const laneBits = BigInt(eseGeometry(this.#p).counts.width);
    const rows = words.map((word) => [word.reduceRight((above, lane) => (above << laneBits) | lane, 0n)]);
    return { ...counts, rows };
  }

  ended(limit: number): Exchange<number> {
    const cycles: Exchange<number> = {
      commands: [{ kind: "until", port: "irq", value: 1, limit }, this.#registers.read("CYCLES")],
      reply: (results) => Number(lastValue(results)),
    };
    return inTurn([], cycles, this.stalls ? [this.#status.ended()] : []);
  }

  read(what: EseReadOut): Exchange<readonly number[]> {
    const { count, channel, more = 0, states, layer } = what;
    const all = elementsOf(what);
    const written = accepted([
      this.#registers.write("CONTROL", { enableInterrupt: 1 }),
      ...this.#layer(layer),
      this.#registers.write("READ_FROM", { channel, states, ...(this.#p.channels > 1 ? { more } : {}) }),
      this.#registers.write("READ_COUNT", { count }),
      this.#registers.write("READ", { read: 1 }),
    ]);
    const { stalls } = this;
    const pull: Command = stalls
      ? {
          ...{ kind: "exchange", push: { ...loads, rows: [] }, pull: { ...readOut, count: all } },
          ...{ stalls, limit: loadLimit },
        }
      : { kind: "pull", ...readOut, count: all, limit: loadLimit };
    const width = busBits(1, eseGeometry(this.#p).result.width);
    const pulled: Exchange<number[]> = {
      commands: [pull, { kind: "until", port: "irq", value: 1, limit: loadLimit }],
      reply: ([values]) => {
        const wrong = Array.from({ length: all }, (_, i) => i).filter(
          (i) => (values[2 * i + 1] === 1n) !== (i % count === count - 1),
        );
        if (wrong.length > 0) {
          throw brokenPromise("m_axis_tlast", "with the last word of a channel alone", `otherwise at word ${wrong[0]}`);
        }
        return Array.from({ length: all }, (_, i) => Number(BigInt.asIntN(width, values[2 * i])));
      },
    };
    return inTurn([written], pulled, stalls ? [this.#status.ended()] : []);
  }

  /** Tries the registers, see `RegisterAccess`. */
  tryRegisters(simulation: Simulation): Promise<void> {
    return this.#registers.tryAll(simulation);
  }

  /** The same before anything was written. */
  async tryReset(simulation: Simulation): Promise<void> {
    await this.#registers.tryReset(simulation);
    // Until the accumulators are cleared all is refused.
    await simulation.execute([{ kind: "step", cycles: this.#p.rowDepth + 16 }]);
    await perform(simulation, [this.#status.limits()]);
    for (const one of refused(this.#p)) await tryCommand(simulation, this.#registers, one, "SLVERR");
  }

  #layer(layer: number | undefined): Command[] {
    return layer === undefined ? [] : [this.#registers.write("LAYER", { layer })];
  }
}
