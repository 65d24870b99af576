import { type PacketFormat, packetHeader } from "../../generators/common/packet-loader.ts";
import { placed } from "../../generators/common/registers.ts";
import type { Bits, Command, CommandResults } from "../simulation.ts";
import type { Exchange } from "./exchange.ts";
import { brokenPromise, lastValue, type RegisterAccess } from "./register-access.ts";

/** A command, and what its last value must be under a mask. */
interface Look {
  readonly where: string;
  readonly command: Command;
  readonly mask: bigint;
  readonly expected: bigint;
}

const status = { ready: 1n, loading: 2n, done: 4n, badLoad: 8n } as const;
const slaveError = 2n;

/**
 * What a careful host of an engine behind a load stream sees beside its results: status, interrupt, and that words without a place are
 * dropped and told of. Replies throw `UserError` command-failed where the engine does otherwise.
 */
export class HostStatus {
  readonly #registers: RegisterAccess;
  readonly #strays: readonly bigint[];
  readonly #last: readonly { readonly name: string; readonly header: bigint }[];
  readonly #push: (rows: readonly (readonly Bits[])[]) => Command;
  #next = 0;

  /** `push` sends words of the load stream, data and the mark of the last. */
  constructor(registers: RegisterAccess, format: PacketFormat, push: (rows: readonly (readonly Bits[])[]) => Command) {
    this.#registers = registers;
    this.#strays = strayHeaders(format);
    this.#last = lastHeaders(format);
    this.#push = push;
  }

  /** Before a command: a packet for no place, another one each time; nothing is carried out amid it, and the error stays until it is cleared. */
  stray(): Exchange<void> {
    const header = this.#strays[this.#next++ % this.#strays.length];
    const { ready, loading, badLoad } = status;
    const told = (where: string, expected: bigint) => this.#status(`${where} of a packet for no place`, expected);
    return looksOf([
      sent(this.#push([[header, 0]])),
      told("amid the words", ready | loading | badLoad),
      ...this.#refused("amid a packet"),
      sent(this.#push([[~header & 0xffn, 0]])),
      sent(this.#push([[header, 1]])),
      told("after the end", ready | badLoad),
      sent(this.#registers.write("CONTROL", { enableInterrupt: 1 })),
      told("after a write that does not clear it,", ready | badLoad),
      sent(this.#registers.write("CONTROL", { clearBadLoad: 1 })),
      told("after it is cleared,", ready),
    ]);
  }

  /** Before anything is loaded: in every memory the last word has a place, and the one behind it has none; nor has what names no place. */
  limits(): Exchange<void> {
    const { ready, badLoad } = status;
    const strays = this.#strays.flatMap((header) => [
      sent(
        this.#push([
          [header, 0],
          [0, 1],
        ]),
      ),
      this.#status(`behind a word for no place, header 0x${header.toString(16)}`, ready | badLoad),
      sent(this.#registers.write("CONTROL", { clearBadLoad: 1 })),
    ]);
    return looksOf([
      ...strays,
      ...this.#last.flatMap(({ name, header }) => [
        sent(
          this.#push([
            [header, 0],
            [0, 1],
          ]),
        ),
        this.#status(`behind the last word of ${name}`, ready),
        sent(
          this.#push([
            [header, 0],
            [0, 0],
            [0, 1],
          ]),
        ),
        this.#status(`behind a word more than ${name} holds`, ready | badLoad),
        sent(this.#registers.write("CONTROL", { clearBadLoad: 1 })),
      ]),
    ]);
  }

  /** Behind RUN: nothing else is carried out. */
  atWork(): Exchange<void> {
    const none = { where: "STATUS behind RUN", mask: 0b1111n, expected: 0n };
    return looksOf([
      { ...none, command: this.#registers.read("STATUS") },
      // One of them, since a short run ends soon.
      ...this.#refused("while the engine is at work", "RUN"),
    ]);
  }

  /** Behind the interrupt: it is there while it is enabled, until it is cleared. */
  ended(): Exchange<void> {
    const { ready, done } = status;
    const control = (fields: Readonly<Record<string, number>>) => sent(this.#registers.write("CONTROL", fields));
    const seen = (where: string, expected: bigint): Look => ({
      ...{ where: `STATUS ${where}`, mask: 0b1111n, expected },
      command: this.#registers.read("STATUS"),
    });
    const pin = (where: string, expected: bigint): Look => ({
      ...{ where: `irq ${where}`, mask: 1n, expected },
      command: { kind: "peek", port: "irq" },
    });
    return looksOf([
      ...[seen("at the end", ready | done), control({}), pin("disabled", 0n), seen("at the end", ready | done)],
      ...[control({ enableInterrupt: 1 }), pin("enabled", 1n)],
      ...[control({ enableInterrupt: 1, clearDone: 1 }), pin("cleared", 0n), seen("cleared", ready)],
    ]);
  }

  /** `done` of a command before does not count. */
  #status(where: string, expected: bigint): Look {
    return { where: `STATUS ${where}`, command: this.#registers.read("STATUS"), mask: 0b1011n, expected };
  }

  /** Every command, or one of them. */
  #refused(where: string, only?: string): Look[] {
    const commands = this.#registers.commands().filter(({ name }) => only === undefined || name === only);
    return commands.map(({ name, command }) => ({
      ...{ where: `${name} ${where}`, command },
      ...{ mask: 3n, expected: slaveError },
    }));
  }
}

const sent = (command: Command): Look => ({ where: "", command, mask: 0n, expected: 0n });

function looksOf(looks: readonly Look[]): Exchange<void> {
  return {
    commands: looks.map(({ command }) => command),
    reply: (results: CommandResults) => {
      for (const [i, { where, mask, expected }] of looks.entries()) {
        if (mask === 0n) continue;
        const found = lastValue([results[i]]) & mask;
        if (found !== expected) throw brokenPromise(where, `${expected}`, `${found}`);
      }
    },
  };
}

/** A header by the values of its fields; what is not named is 0. */
function headersOf(format: PacketFormat): (values: Readonly<Record<string, number>>) => bigint {
  const fields = placed(packetHeader(format), 64);
  return (values) => fields.reduce((sum, { name, low }) => sum | (BigInt(values[name] ?? 0) << BigInt(low)), 0n);
}

/** For every memory the header of its last word; fields that mean nothing there are ones. */
function lastHeaders(format: PacketFormat) {
  const { pes, channels = 1, spaces } = format;
  const headerOf = headersOf(format);
  const limit = limitsOf(format);
  return Object.entries(spaces).map(([name, { number: space, depth, ofPe, ofChannel }]) => {
    const place = {
      address: depth - 1,
      pe: ofPe ? pes - 1 : limit("pe") - 1,
      channel: ofChannel ? channels - 1 : limit("channel") - 1,
    };
    return { name, header: headerOf({ space, ...place }) };
  });
}

/** How many values a field of a header can have. */
function limitsOf(format: PacketFormat): (name: string) => number {
  const fields = placed(packetHeader(format), 64);
  return (name) => 2 ** (fields.find((field) => field.name === name)?.bits ?? 0);
}

/** Headers that name no place: a space that there is not, an address behind the end, a PE or a channel too many. */
function strayHeaders(format: PacketFormat): bigint[] {
  const limit = limitsOf(format);
  const headerOf = headersOf(format);
  const spaces = Object.values(format.spaces);
  const known = new Set(spaces.map(({ number }) => number));
  const { pes, channels = 1 } = format;
  return [
    ...Array.from({ length: limit("space") }, (_, space) => space)
      .filter((space) => !known.has(space))
      .map((space) => headerOf({ space })),
    ...spaces.flatMap(({ number: space, depth, ofPe, ofChannel }) => [
      // The first address behind the end, and each that differs from the last one in a bit above.
      ...[depth, ...Array.from({ length: 32 }, (_, i) => depth - 1 + 2 ** i)]
        .filter((address) => address >= depth && address < limit("address"))
        .map((address) => headerOf({ space, address })),
      ...(ofPe ? [pes, limit("pe") - 1] : [])
        .filter((pe) => pe >= pes && pe < limit("pe"))
        .map((pe) => headerOf({ space, pe })),
      ...(ofChannel ? [channels, limit("channel") - 1] : [])
        .filter((channel) => channel >= channels && channel < limit("channel"))
        .map((channel) => headerOf({ space, channel })),
    ]),
  ].filter((header, i, all) => all.indexOf(header) === i);
}
