import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineExternal,
  input,
  output,
  type SIntSignal,
  sint,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";

/** Bits of the block's adder. */
export const dspWidth = 48;

/** Z = C, Y = 0, X = A:B. */
const sumOfCAndAB = 0b011_00_11;

/**
 * A DSP48E1 (Xilinx UG479) without its multiplier: P = C + A:B, with a register at each operand and at the sum, which is compared from
 * bit `lowest` on with all zeros and with all ones. Ports are called as the block's pins are.
 */
export const dsp48e1Adder = defineExternal("dsp48e1_adder", ({ lowest }: { lowest: number }) => ({
  summary: "DSP block as an adder of 48 bits with a pattern detector.",
  ports: {
    A: input(uint(30)),
    B: input(uint(18)),
    C: input(sint(dspWidth)),
    CEA2: input(bit),
    CEB2: input(bit),
    CEC: input(bit),
    CEP: input(bit),
    OPMODE: input(uint(7)),
    ALUMODE: input(uint(4)),
    INMODE: input(uint(5)),
    CARRYIN: input(bit),
    CARRYINSEL: input(uint(3)),
    RSTA: input(bit),
    RSTB: input(bit),
    RSTC: input(bit),
    RSTP: input(bit),
    P: output(sint(dspWidth)),
    PATTERNDETECT: output(bit),
    PATTERNBDETECT: output(bit),
  },
  verilog: {
    module: "DSP48E1",
    parameters: {
      USE_MULT: "NONE",
      ...{ AREG: 1, ACASCREG: 1, BREG: 1, BCASCREG: 1, CREG: 1, PREG: 1, MREG: 0, ADREG: 0, DREG: 0 },
      ...{ ALUMODEREG: 0, CARRYINREG: 0, CARRYINSELREG: 0, INMODEREG: 0, OPMODEREG: 0 },
      USE_PATTERN_DETECT: "PATDET",
      MASK: { width: dspWidth, value: (1n << BigInt(lowest)) - 1n },
      PATTERN: { width: dspWidth, value: 0n },
    },
    pins: { clock: "CLK" },
  },
  model(io, m) {
    for (const pin of ["OPMODE", "ALUMODE", "INMODE", "CARRYIN", "CARRYINSEL"] as const) m.unused(io[pin]);
    for (const pin of ["RSTA", "RSTB", "RSTC", "RSTP"] as const) m.unused(io[pin]);
    const a = m.reg("a", uint(30));
    const b = m.reg("b", uint(18));
    const c = m.reg("c", sint(dspWidth));
    const p = m.reg("p", sint(dspWidth));
    m.when(io.CEA2, () => a.set(io.A));
    m.when(io.CEB2, () => b.set(io.B));
    m.when(io.CEC, () => c.set(io.C));
    m.when(io.CEP, () => p.set(c.asUint().addWrap(concat(a, b)).asSint()));
    io.P.set(p);
    const compared = p.bits(dspWidth - 1, lowest);
    io.PATTERNDETECT.set(compared.nonzero().not());
    io.PATTERNBDETECT.set(compared.allOnes());
  },
}));

/** The sum c + addend of 48 bits two enabled edges later, and whether its bits from `lowest` on are all 0 or all 1. */
export function dspSum(
  m: Builder,
  name: string,
  { c, addend, enable, lowest }: { c: SIntSignal; addend: UIntSignal; enable: BitSignal; lowest: number },
) {
  const { P, PATTERNDETECT, PATTERNBDETECT } = m.inst(
    name,
    dsp48e1Adder,
    { lowest },
    {
      A: addend.bits(dspWidth - 1, 18),
      B: addend.bits(17, 0),
      C: c,
      ...{ CEA2: enable, CEB2: enable, CEC: enable, CEP: enable },
      ...{ OPMODE: sumOfCAndAB, ALUMODE: 0, INMODE: 0, CARRYIN: false, CARRYINSEL: 0 },
      ...{ RSTA: false, RSTB: false, RSTC: false, RSTP: false },
    },
  );
  return { sum: P, zeros: PATTERNDETECT, ones: PATTERNBDETECT };
}
