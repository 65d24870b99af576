import { bit, bitWidth, defineModule, input, output, uint, unpack } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { eseGeometry } from "./geometry.ts";

/** Biases and peephole weights of every cell, shared by all channels; they follow an edge after the cell's number. */
export const cellParameters = defineModule("ese_cell_parameters", (p: EseParameters) => {
  const g = eseGeometry(p);
  const biasBits = bitWidth(g.biases);
  const peepholeBits = bitWidth(g.peepholes);
  return {
    summary: "Biases and peephole weights of the cells.",
    ports: {
      writeBiases: input(bit),
      ...onlyIf(p.peephole, { writePeepholes: input(bit) }),
      writeAddress: input(g.layerCell),
      writeData: input(g.cellData),
      cellIndex: input(g.layerCell),
      biases: output(g.biases),
      ...onlyIf(p.peephole, { peepholes: output(g.peepholes) }),
    },
    build(io, m) {
      const biases = m.mem("biasWords", g.cellDepth, uint(biasBits));
      biases.write({ address: io.writeAddress, data: io.writeData.bits(biasBits - 1, 0), enable: io.writeBiases });
      const read = { address: io.cellIndex, underWrite: "old" as const };
      io.biases.set(unpack(g.biases, biases.readClocked("biasWord", read)));
      if (p.peephole) {
        const peepholes = m.mem("peepholeWords", g.cellDepth, uint(peepholeBits));
        peepholes.write({
          address: io.writeAddress,
          data: io.writeData.bits(peepholeBits - 1, 0),
          enable: io.writePeepholes,
        });
        io.peepholes.set(unpack(g.peepholes, peepholes.readClocked("peepholeWord", read)));
      }
    },
  };
});
