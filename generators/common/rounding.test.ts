import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineModule, elaborate, input, output, Simulator, sint, uint } from "../../hdl/index.ts";
import type { MacRounding } from "../../sw-model/format/fixed.ts";
import { dsp48e1Adder } from "./dsp48e1.ts";
import { drawsBits, type RoundingParameters, rounded } from "./rounding.ts";

interface Point extends RoundingParameters {
  readonly randomBits: number;
  readonly floorFirst: boolean;
}

const unit = defineModule("unit", (p: Point) => ({
  ports: { x: input(sint(p.accWidth)), random: input(uint(p.randomBits)), y: output(sint(p.outWidth)) },
  build({ x, random, y }, m) {
    const draws = drawsBits(p);
    if (!draws) m.unused(random);
    y.set(rounded(m, x, p, { random: draws ? random : undefined, floorFirst: p.floorFirst }));
  },
}));

/** The rule on whole numbers, the random bits at the top of the dropped ones. */
function byRule(x: bigint, r: bigint, { dropBits, outWidth, rounding, randomBits }: Point): bigint {
  const k = BigInt(dropBits);
  const half = 2n ** k / 2n;
  const places = k - BigInt(Math.min(dropBits, randomBits));
  const added: Record<MacRounding, bigint> = {
    truncate: 0n,
    nearest: half - 1n,
    "nearest-even": half - 1n + ((x >> k) & 1n),
    stochastic: BigInt.asUintN(dropBits, r << places),
  };
  const y =
    k === 0n
      ? x
      : rounding === "stochastic"
        ? (((x >> places) << places) + added.stochastic) >> k
        : (x + added[rounding]) >> k;
  const most = 2n ** BigInt(outWidth - 1) - 1n;
  return y > most ? most : y < -most - 1n ? -most - 1n : y;
}

const points: fc.Arbitrary<Point> = fc
  .record({
    accWidth: fc.integer({ min: 1, max: 70 }),
    dropBits: fc.nat(40),
    outWidth: fc.integer({ min: 1, max: 70 }),
    rounding: fc.constantFrom<MacRounding>("truncate", "nearest", "nearest-even", "stochastic", "stochastic"),
    randomBits: fc.integer({ min: 1, max: 40 }),
    floorFirst: fc.boolean(),
  })
  .map((p) => ({ ...p, dropBits: Math.min(p.dropBits, p.accWidth) }));

describe("rounding", () => {
  it("follows the rule at every width, with as many random bits as are dropped, more, and fewer", () => {
    fc.assert(
      fc.property(points, fc.infiniteStream(fc.bigInt({ min: 0n, max: 2n ** 70n })), (p, noise) => {
        const dut = new Simulator(elaborate(unit, p));
        const next = () => noise.next().value as bigint;
        const edge = 1n << BigInt(p.outWidth - 1 + p.dropBits);
        for (let i = 0; i < 60; i++) {
          // A third of the numbers lie around the ends of the result's range.
          const aim = [next(), edge, -edge][i % 3] + BigInt((i % 7) - 3);
          const x = BigInt.asIntN(p.accWidth, aim);
          const r = BigInt.asUintN(p.randomBits, next());
          dut.poke("x", x);
          dut.poke("random", r);
          expect(BigInt(dut.peek("y")), JSON.stringify([String(x), String(r)])).toBe(byRule(x, r, p));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [8, 8],
    [8, 3],
    [5, 1],
    [6, 6],
  ])("of %d dropped bits with %d random ones has the mean that it says", (k, n) => {
    // Over all dropped patterns and all draws, the state 0 among them.
    const p: Point = {
      accWidth: 16,
      dropBits: k,
      outWidth: 16,
      rounding: "stochastic",
      randomBits: n,
      floorFirst: true,
    };
    let sum = 0;
    for (let x = 0; x < 2 ** k; x++) {
      for (let r = 0; r < 2 ** n; r++) sum += Number(byRule(BigInt(x), BigInt(r), p)) - x / 2 ** k;
    }
    expect(sum / 2 ** (k + n)).toBe((1 - 2 ** (k - n)) / 2 ** (k + 1));
  });
});

const library = "/usr/share/yosys/xilinx/cells_sim.v";

describe("the model of the DSP block", () => {
  it.skipIf(!existsSync(library))("does what the model of the vendor's cell that comes with Yosys does", () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-dsp-"));
    try {
      const lowest = 23;
      const dut = new Simulator(elaborate(dsp48e1Adder, { lowest }));
      const rows = fc.sample(
        fc.tuple(
          fc.oneof(
            fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }),
            fc.bigInt({ min: 0n, max: 2n ** 25n }),
            fc.bigInt({ min: 2n ** 48n - 2n ** 24n, max: 2n ** 48n - 1n }),
          ),
          fc.bigInt({ min: 0n, max: 2n ** 24n }),
          fc.nat(3),
        ),
        { numRuns: 400, seed: 1 },
      );
      const expected = rows.map(([c, addend, stall]) => {
        dut.poke("C", BigInt.asIntN(48, c));
        dut.poke("A", addend >> 18n);
        dut.poke("B", addend & 0x3ffffn);
        for (const enable of ["CEA2", "CEB2", "CEC", "CEP"]) dut.poke(enable, stall > 0 ? 1 : 0);
        dut.step();
        const p = BigInt.asUintN(48, BigInt(dut.peek("P")));
        return `${p} ${dut.peek("PATTERNDETECT")} ${dut.peek("PATTERNBDETECT")}`;
      });
      const steps = rows.map(
        ([c, addend, stall]) =>
          `ce = ${stall > 0 ? 1 : 0}; c = 48'd${c}; ab = 48'd${addend}; #1 clk = 1; #1 $display("%0d %0d %0d", p, z, o); clk = 0;`,
      );
      writeFileSync(
        join(folder, "bench.v"),
        `module bench; reg clk = 0, ce = 0; reg [47:0] c = 0, ab = 0; wire [47:0] p; wire z, o;
DSP48E1 #(.USE_MULT("NONE"), .AREG(1), .ACASCREG(1), .BREG(1), .BCASCREG(1), .CREG(1), .PREG(1), .MREG(0), .ADREG(0), .DREG(0),
.ALUMODEREG(0), .CARRYINREG(0), .CARRYINSELREG(0), .INMODEREG(0), .OPMODEREG(0), .USE_PATTERN_DETECT("PATDET"),
.MASK(48'd${2 ** lowest - 1}), .PATTERN(48'h0)) dsp (.CLK(clk), .A(ab[47:18]), .B(ab[17:0]), .C(c), .CEA2(ce), .CEB2(ce), .CEC(ce),
.CEP(ce), .OPMODE(7'd51), .ALUMODE(4'd0), .INMODE(5'd0), .CARRYIN(1'b0), .CARRYINSEL(3'd0), .RSTA(1'b0), .RSTB(1'b0), .RSTC(1'b0),
.RSTP(1'b0), .P(p), .PATTERNDETECT(z), .PATTERNBDETECT(o));
initial begin
${steps.join("\n")}
$finish; end endmodule
`,
      );
      const run = (tool: string, ...words: string[]) =>
        execFileSync(tool, words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      run("iverilog", "-g2005-sv", "-s", "bench", "-o", "bench.vvp", "bench.v", library);
      const printed = run("vvp", "-n", "bench.vvp").trim().split("\n");
      // The first words come from registers that one model powers up with 0 and the other with anything.
      const settled = rows.findIndex((_, i) => rows.slice(0, i).filter(([, , stall]) => stall > 0).length >= 2);
      expect(printed.slice(settled)).toEqual(expected.slice(settled));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
