/** Cases as Verilog: modules with names of their own and defined power-up, behind a wrapper of one shape. */
import type { Circuit } from "../../hdl/ir.ts";
import { lowerTransparentReads } from "../../hdl/transparent.ts";
import { emitVerilog } from "../../hdl/verilog/emit.ts";
import { clocksOf, type FuzzCase, inputsOf, outputsOf, topOf } from "../case.ts";
import { powerUpVerilog } from "../power-up.ts";
import { joined, widthOf } from "../trace.ts";

/** The modules of a case, whose names begin with `prefix`. */
export function designVerilog(circuit: Circuit, prefix: string): string {
  const lowered = lowerTransparentReads(renamed(circuit, prefix));
  const { modules } = emitVerilog(lowered, { blackBoxes: "modelled" });
  return modules
    .map(({ text }, i) => text.replace(/endmodule\s*$/, `${powerUpVerilog(lowered.modules[i])}\nendmodule\n`))
    .join("\n");
}

function renamed(circuit: Circuit, prefix: string): Circuit {
  return {
    top: prefix + circuit.top,
    modules: circuit.modules.map((module) => ({
      ...module,
      name: prefix + module.name,
      items: module.items.map((item) => (item.kind === "inst" ? { ...item, module: prefix + item.module } : item)),
    })),
  };
}

/** Bits of a case's inputs, clocks not counted; at least one, which then means nothing. */
export function inputBits({ circuit }: FuzzCase): number {
  return Math.max(1, widthOf(inputsOf(circuit)));
}

/**
 * `wrapper<number>`: clocks `k0`, `k1` and so on, all other inputs joined as `in`, outputs as `out`, the first port on top.
 * The design's modules bear `prefix`.
 */
export function wrapperVerilog(fuzzCase: FuzzCase, number: number, prefix: string): string {
  const { circuit } = fuzzCase;
  const clocks = clocksOf(circuit);
  const pins = (bus: string, ports: readonly { name: string; width: number }[]) => {
    let low = ports.reduce((sum, port) => sum + port.width, 0);
    return ports.map(({ name, width }) => {
      low -= width;
      return `    .${name}(${bus}[${low + width - 1}:${low}])`;
    });
  };
  const connections = [
    ...clocks.map(({ name }, i) => `    .${name}(k${i})`),
    ...pins("in", inputsOf(circuit)),
    ...pins("out", outputsOf(circuit)),
  ];
  return [
    `module wrapper${number}(${clocks.map((_, i) => `input wire k${i}, `).join("")}input wire [${inputBits(fuzzCase) - 1}:0] in, output wire [${widthOf(outputsOf(circuit)) - 1}:0] out);`,
    `  ${prefix}${topOf(circuit).name} dut(`,
    connections.join(",\n"),
    "  );",
    "endmodule",
    "",
  ].join("\n");
}

/** For each cycle a bit a clock, the first the lowest, and the digits of the joined inputs. */
export function rowsOf({ circuit, cycles }: FuzzCase): readonly { readonly clocks: number; readonly inputs: string }[] {
  const clocks = clocksOf(circuit).map((port) => port.name);
  const ports = inputsOf(circuit);
  return cycles.map((cycle) => ({
    clocks: clocks.reduce((bits, name, i) => bits | (cycle.clocks.includes(name) ? 1 << i : 0), 0),
    inputs: joined(ports, (name) => cycle.inputs.get(name) ?? 0n) || "0",
  }));
}
