import { addressWidth, bit, concat, defineModule, input, output, sint, uint } from "../../hdl/index.ts";
import { mac } from "./mac.ts";

/** One element of the array: registers that pass the operands on, a weight memory, a multiply-accumulate. */
const element = defineModule("array_element", (_: Record<never, never>) => {
  const operands = { valid: bit, last: bit, x: sint(16), address: uint(8) };
  return {
    ports: {
      reseed: input(bit),
      seed: input(uint(32)),
      enable: input(bit),
      ready: output(bit),
      validIn: input(operands.valid),
      lastIn: input(operands.last),
      xIn: input(operands.x),
      addressIn: input(operands.address),
      validOut: output(operands.valid),
      lastOut: output(operands.last),
      xOut: output(operands.x),
      addressOut: output(operands.address),
      write: input(bit),
      writeAddress: input(uint(8)),
      writeData: input(sint(16)),
      outValid: output(bit),
      outReady: input(bit),
      y: output(uint(16)),
    },
    build(io, m) {
      const weights = m.mem("weights", 256, sint(16));
      const weight = weights.readClocked("weight", { address: io.addressIn, enable: io.enable, underWrite: "old" });
      weights.write({ address: io.writeAddress, data: io.writeData, enable: io.write });

      const valid = m.reg("valid", bit, { reset: false });
      const last = m.reg("last", bit, { reset: false });
      const x = m.reg("x", sint(16), { reset: 0 });
      const address = m.reg("address", uint(8), { reset: 0 });
      m.when(io.enable, () => {
        valid.set(io.validIn);
        last.set(io.lastIn);
        x.set(io.xIn);
        address.set(io.addressIn);
      });
      io.validOut.set(valid);
      io.lastOut.set(last);
      io.xOut.set(x);
      io.addressOut.set(address);

      const unit = m.inst(
        "unit",
        mac,
        {},
        {
          reseed: io.reseed,
          seed: io.seed,
          inValid: valid.and(io.enable),
          last,
          a: x,
          b: weight,
          outReady: io.outReady,
        },
      );
      io.ready.set(unit.inReady);
      io.outValid.set(unit.outValid);
      io.y.set(unit.y);
    },
  };
});

/** A row of `elements` (a power of two): a larger design, with memories, for measuring simulators. */
export const array = defineModule("array", ({ elements }: { elements: number }) => ({
  summary: `Row of ${elements} multiply-accumulate elements with weight memories.`,
  ports: {
    reseed: input(bit),
    inValid: input(bit),
    inReady: output(bit),
    last: input(bit),
    x: input(sint(16)),
    address: input(uint(8)),
    write: input(bit),
    writeElement: input(uint(addressWidth(elements))),
    writeAddress: input(uint(8)),
    writeData: input(sint(16)),
    outReady: input(bit),
    select: input(uint(addressWidth(elements))),
    y: output(uint(16)),
    yValid: output(bit),
    check: output(uint(16)),
  },
  build(io, m) {
    const enable = m.wire("enable", bit);
    let operands = { validOut: io.inValid, lastOut: io.last, xOut: io.x, addressOut: io.address };
    const units = Array.from({ length: elements }, (_, i) => {
      const unit = m.inst(
        `element_${i}`,
        element,
        {},
        {
          reseed: io.reseed,
          seed: (2654435769 * (i + 1)) % 2 ** 32,
          enable,
          validIn: operands.validOut,
          lastIn: operands.lastOut,
          xIn: operands.xOut,
          addressIn: operands.addressOut,
          write: io.write.and(io.writeElement.eq(i)),
          writeAddress: io.writeAddress,
          writeData: io.writeData,
          outReady: io.outReady,
        },
      );
      operands = unit;
      return unit;
    });
    enable.set(concat(...units.map((unit) => unit.ready)).allOnes());
    io.inReady.set(enable);
    io.y.set(concat(...units.map((unit) => unit.y).reverse()).element(io.select, 16));
    io.yValid.set(concat(...units.map((unit) => unit.outValid).reverse()).bitAt(io.select));
    io.check.set(units.map((unit) => unit.y).reduce((a, b) => a.xor(b)));
  },
}));
