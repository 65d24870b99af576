import {
  type BitSignal,
  type Builder,
  bit,
  type Inside,
  input,
  output,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { axiLiteRegisters } from "./axi-lite.ts";
import { addressBits, type RegisterMap } from "./registers.ts";

/** The pins of an AXI4-Lite slave of these registers, by the names that tools expect. */
export function axiLitePins(map: RegisterMap) {
  const address = uint(addressBits(map)) as UIntType;
  return {
    s_axi_awaddr: input(address),
    s_axi_awvalid: input(bit),
    s_axi_awready: output(bit),
    s_axi_wdata: input(uint(32)),
    s_axi_wstrb: input(uint(4)),
    s_axi_wvalid: input(bit),
    s_axi_wready: output(bit),
    s_axi_bresp: output(uint(2)),
    s_axi_bvalid: output(bit),
    s_axi_bready: input(bit),
    s_axi_araddr: input(address),
    s_axi_arvalid: input(bit),
    s_axi_arready: output(bit),
    s_axi_rdata: output(uint(32)),
    s_axi_rresp: output(uint(2)),
    s_axi_rvalid: output(bit),
    s_axi_rready: input(bit),
  };
}

/**
 * An instance `registers` of the map behind the pins; what it gives are the values of the commands, by field. `locked` tells by register
 * which of the lockable ones cannot be written, `status` has the fields that hardware drives.
 */
export function axiLiteSlave(
  m: Builder,
  io: Inside<ReturnType<typeof axiLitePins>>,
  map: RegisterMap,
  { locked, status }: { locked: Record<string, BitSignal>; status: Record<string, UIntSignal> },
) {
  const channel = (name: string, valid: BitSignal, data: UIntSignal) => {
    const link = m.stream(name, stream(data.type));
    link.sink.valid.set(valid);
    link.sink.data.set(data);
    return link;
  };
  const aw = channel("aw", io.s_axi_awvalid, io.s_axi_awaddr);
  const ar = channel("ar", io.s_axi_arvalid, io.s_axi_araddr);
  io.s_axi_awready.set(aw.sink.ready);
  io.s_axi_arready.set(ar.sink.ready);
  const slave = axiLiteRegisters.describe({ map }).ports;
  const w = m.stream("w", slave.w.type);
  w.sink.valid.set(io.s_axi_wvalid);
  w.sink.data.set({ data: io.s_axi_wdata, strobe: io.s_axi_wstrb });
  io.s_axi_wready.set(w.sink.ready);
  const { commands, b, r } = m.inst(
    "registers",
    axiLiteRegisters,
    { map },
    { aw: aw.source, w: w.source, ar: ar.source, locked, status },
  );
  io.s_axi_bvalid.set(b.valid);
  io.s_axi_bresp.set(b.data);
  b.ready.set(io.s_axi_bready);
  io.s_axi_rvalid.set(r.valid);
  io.s_axi_rdata.set(r.data.data);
  io.s_axi_rresp.set(r.data.response);
  r.ready.set(io.s_axi_rready);
  return commands;
}
