import {
  type BitSignal,
  bit,
  defineModule,
  fixedValue,
  input,
  output,
  record,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
  unpack,
} from "../../hdl/index.ts";
import { busBits } from "./axi-stream.ts";
import { onlyIf } from "./only-if.ts";
import { placed, type Register } from "./registers.ts";

/** A memory, or one in every PE, that packets fill. */
export interface PacketSpace {
  /** By which the header names it. */
  readonly number: number;
  /** Words; of one PE where each has its own. */
  readonly depth: number;
  /** Whether each PE, and each channel, has its own. */
  readonly ofPe?: boolean;
  readonly ofChannel?: boolean;
  /** Whether the word after one goes to the next PE, and only after the last PE to the next address. */
  readonly roundPes?: boolean;
}

/** What packets of a load stream may fill. */
export interface PacketFormat {
  readonly pes: number;
  readonly channels?: number;
  /** Types of the load port's fields; `channel` where it has one. */
  readonly load: {
    readonly space: UIntType;
    readonly pe: UIntType;
    readonly channel?: UIntType;
    readonly address: UIntType;
    readonly data: UIntType;
  };
  /** Bits of the widest word that is loaded. */
  readonly wordBits: number;
  readonly spaces: Readonly<Record<string, PacketSpace>>;
}

/** The first word of every packet: what the words behind it are, and where they go. */
export function packetHeader({ load, spaces }: PacketFormat): Register {
  const field = (name: string, bits: number, help: string) => ({ name, bits, access: "write" as const, help });
  const all = Object.entries(spaces);
  const round = all.flatMap(([name, { roundPes }]) => (roundPes ? [name] : [])).join(" and ");
  return {
    name: "LOAD_HEADER",
    help: "First word of a packet on the load stream.",
    fields: [
      field("space", load.space.width, all.map(([name, { number }]) => `${number} ${name}`).join(", ")),
      field("pe", load.pe.width, `PE; of ${round} the first word's, the next word goes to the next PE`),
      ...(load.channel ? [field("channel", load.channel.width, "channel")] : []),
      field("address", load.address.width, `where the first word goes; of ${round} their row`),
    ],
  };
}

/** Bits of a word of the load stream: the widest thing that is loaded, or the header. */
export function packetBits(format: PacketFormat): number {
  return busBits(1, Math.max(format.wordBits, headerBits(format)));
}

function headerBits(format: PacketFormat): number {
  return placed(packetHeader(format), 64).reduce((sum, { bits }) => sum + bits, 0);
}

/** Whether a number is below a limit, also where its width says so. */
export function below(value: UIntSignal, limit: number): BitSignal {
  return limit >= 2 ** value.width ? fixedValue(bit, true) : value.lt(limit);
}

/**
 * An engine's module of this name: packets of a load stream to words of a load port. A packet is a header and the words behind it, which go
 * to addresses one after another. What has no place is dropped, and `bad` says so.
 */
export const packetLoader = <P extends object>(name: string, formatOf: (parameters: P) => PacketFormat) =>
  defineModule(name, (parameters: P) => {
    const format = formatOf(parameters);
    const {
      space: spaceType,
      pe: peType,
      channel: channelType = uint(1) as UIntType,
      address: addressType,
    } = format.load;
    const hasChannels = format.load.channel !== undefined;
    const places = {
      ...{ space: spaceType, pe: peType },
      ...onlyIf(hasChannels, { channel: channelType }),
      address: addressType,
    };
    const spaces = Object.values(format.spaces);
    return {
      summary: "Packets of the load stream to words of the load port.",
      ports: {
        packets: input(stream(record({ data: uint(packetBits(format)) as UIntType, last: bit }))),
        words: output(stream(record({ ...places, data: format.load.data }))),
        /** A packet has begun and not ended. */
        loading: output(bit),
        /** A word of this cycle has no place. */
        bad: output(bit),
      },
      build({ packets, words, loading, bad }, m) {
        const started = m.reg("started", bit, { reset: false });
        const space = m.reg("space", spaceType);
        const pe = m.reg("pe", peType);
        const channel = hasChannels ? m.reg("channel", channelType) : undefined;
        const address = m.reg("address", addressType);
        // The next word lies beyond the memory, or the header named none.
        const beyond = m.reg("beyond", bit, { reset: false });
        const { data, last } = packets.data;
        const some = (bits: readonly BitSignal[]) => bits.reduce((one, other) => one.or(other));
        /** Of the spaces that the header may name, whether it is one of these. */
        const among = (value: UIntSignal, chosen: readonly PacketSpace[]) =>
          chosen.length === 0 ? fixedValue(bit, false) : some(chosen.map(({ number }) => value.eq(number)));

        const header = unpack(record(places), data.bits(headerBits(format) - 1, 0));
        const fits = some(spaces.map(({ number, depth }) => header.space.eq(number).and(below(header.address, depth))));
        const common = (own: (space: PacketSpace) => boolean | undefined) =>
          among(
            header.space,
            spaces.filter((one) => !own(one)),
          );
        const hasPe = common(({ ofPe }) => ofPe).or(below(header.pe, format.pes));
        const hasChannel = channel
          ? common(({ ofChannel }) => ofChannel).or(below(header.channel, format.channels ?? 1))
          : fixedValue(bit, true);
        const placeless = m.node("placeless", m.node("fits", fits).and(hasPe).and(hasChannel).not());

        packets.ready.set(words.ready);
        words.valid.set(packets.valid.and(started).and(beyond.not()));
        const { width } = format.load.data;
        const word = data.width < width ? data.extend(width) : data.bits(width - 1, 0);
        words.data.set({
          space,
          pe,
          ...(channel ? { channel } : ({} as { channel: UIntSignal })),
          address,
          data: word,
        });
        loading.set(started);
        const taken = m.node("taken", packets.fire);
        bad.set(taken.and(select(bit, started, beyond, placeless)));

        const lastAddress = m.node(
          "lastAddress",
          some(spaces.map(({ number, depth }) => space.eq(number).and(address.eq(depth - 1)))),
        );
        const roundPes = m.node(
          "roundPes",
          among(
            space,
            spaces.filter((one) => one.roundPes),
          ),
        );
        const lastPe = m.node("lastPe", pe.eq(format.pes - 1));
        m.when(taken, () => {
          started.set(last.not());
          m.when(started, () => {
            m.when(roundPes, () => pe.set(select(peType, lastPe, 0, pe.addWrap(1))));
            m.when(roundPes.not().or(lastPe), () => {
              address.set(address.addWrap(1));
              beyond.set(beyond.or(lastAddress));
            });
          }).otherwise(() => {
            space.set(header.space);
            pe.set(header.pe);
            channel?.set(header.channel);
            address.set(header.address);
            beyond.set(placeless);
          });
        });
      },
    };
  });
