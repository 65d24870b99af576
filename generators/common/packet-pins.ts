import { type Builder, bit, type Inside, input, output, type UIntType, uint } from "../../hdl/index.ts";
import { type PacketFormat, packetBits, type packetLoader } from "./packet-loader.ts";

/** The pins of a load stream of packets: a header, then words for one memory; `tlast` ends a packet. */
export function packetPins(format: PacketFormat) {
  return {
    s_axis_tdata: input(uint(packetBits(format)) as UIntType),
    s_axis_tlast: input(bit),
    s_axis_tvalid: input(bit),
    s_axis_tready: output(bit),
  };
}

/** An instance `loader` of an engine's packet loader behind the pins. */
export function packetSlave<P extends object>(
  m: Builder,
  io: Inside<ReturnType<typeof packetPins>>,
  loader: ReturnType<typeof packetLoader<P>>,
  parameters: P,
) {
  const packets = m.stream("packets", loader.describe(parameters).ports.packets.type);
  packets.sink.valid.set(io.s_axis_tvalid);
  packets.sink.data.set({ data: io.s_axis_tdata, last: io.s_axis_tlast });
  io.s_axis_tready.set(packets.sink.ready);
  return m.inst("loader", loader, parameters, { packets: packets.source });
}
