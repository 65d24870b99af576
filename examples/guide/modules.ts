/** Chapter 5: modules, instances, black boxes. */
import {
  bit,
  defineExternal,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  output,
  select,
  simulate,
  sint,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";
import { mac } from "../mac.ts";
import { excerpt, linesWith, messageOf, verilogOf } from "./shown.ts";

// #region dot
/** Dot products of several lanes: an instance of `mac` a lane. */
export const dot = defineModule("dot", (p: { lanes: number; width: number; accWidth: number }) => ({
  ports: {
    clear: input(bit),
    a: input(vec(p.lanes, sint(p.width))),
    b: input(vec(p.lanes, sint(p.width))),
    sums: output(vec(p.lanes, sint(p.accWidth))),
  },
  build({ clear, a, b, sums }, m) {
    const { width, accWidth } = p;
    sums.forEach((sum, i) => {
      const lane = m.inst(`lane${i}`, mac, { width, accWidth }, { clear, enable: true, a: a[i], b: b[i] });
      sum.set(lane.sum);
    });
  },
}));
// #endregion

export const dotVerilog = () =>
  excerpt(verilogOf(dot, { lanes: 2, width: 8, accWidth: 20 }), "wire signed [19:0] lane0_sum", "endmodule");

// #region tree
/** The largest of several numbers: a tree of comparators. No module is needed; a function makes hardware, too. */
function largest(values: readonly UIntSignal[]): UIntSignal {
  if (values.length === 1) return values[0];
  const half = Math.ceil(values.length / 2);
  const [a, b] = [largest(values.slice(0, half)), largest(values.slice(half))];
  return select(uint(a.width), a.gt(b), a, b);
}

export const top3 = defineModule("top3", (_: Record<never, never>) => ({
  ports: { x: input(vec(3, uint(8))), most: output(uint(8)) },
  build({ x, most }) {
    most.set(largest(x));
  },
}));
// #endregion

export const treeVerilog = () => excerpt(verilogOf(top3, {}), ");", "endmodule");

// #region two-widths
const pair = defineModule("pair", (_: Record<never, never>) => ({
  ports: { x: input(sint(8)), narrow: output(sint(12)), wide: output(sint(24)) },
  build({ x, narrow, wide }, m) {
    const common = { clear: false, enable: true, a: x, b: x };
    narrow.set(m.inst("u0", mac, { width: 8, accWidth: 12 }, common).sum);
    wide.set(m.inst("u1", mac, { width: 8, accWidth: 24 }, common).sum);
  },
}));
// #endregion

export const pairModules = () => linesWith(verilogOf(pair, {}), "module mac", "module pair", " u0 (", " u1 (");

export const unconnected = () =>
  messageOf(() =>
    elaborate(
      defineModule("wrong", (_: Record<never, never>) => ({
        ports: { x: input(sint(8)), y: output(sint(20)) },
        build({ x, y }, m) {
          const given = { clear: false, a: x, b: x };
          // @ts-expect-error: the editor says so, too
          y.set(m.inst("u0", mac, { width: 8, accWidth: 20 }, given).sum);
        },
      })),
      {},
    ),
  );

// #region external
/** The vendor's block. What it does stands here only for simulation; the Verilog instantiates VENDOR_MULT. */
export const vendorMultiplier = defineExternal("vendor_multiplier", ({ width }: { width: number }) => ({
  ports: { a: input(sint(width)), b: input(sint(width)), product: output(sint(2 * width)) },
  verilog: {
    module: "VENDOR_MULT",
    parameters: { WIDTH: width },
    pins: { a: "A", b: "B", product: "P", clock: "CLK" },
  },
  model({ a, b, product }, m) {
    const result = m.reg("result", sint(2 * width));
    result.set(a.mul(b));
    product.set(result);
  },
}));

export const squarer = defineModule("squarer", (_: Record<never, never>) => ({
  ports: { x: input(sint(8)), square: output(sint(16)) },
  build({ x, square }, m) {
    square.set(m.inst("mult", vendorMultiplier, { width: 8 }, { a: x, b: x }).product);
  },
}));
// #endregion

export const squarerVerilog = () => excerpt(verilogOf(squarer, {}), "VENDOR_MULT", ");");

export function squarerSimulates(): number {
  const dut = simulate(squarer, {});
  dut.in.x = -7;
  dut.tick();
  return dut.out.square;
}

export const squarerStub = () => emitVerilog(elaborate(squarer, {})).blackBoxes[0].text;
