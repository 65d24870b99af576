import type { EmittedVerilog } from "../../hdl/index.ts";
import { runYosys, type Yosys } from "../../platform/yosys.ts";
import { control, type Mutation, readMutations } from "./mutation.ts";

const files = { verilog: "design.v", netlist: "design.il", list: "mutations.txt", mutants: "mutants.v" } as const;
const timeoutMs = 600_000;

/** A design as cells, and mutations of it. */
export interface Netlist {
  /** RTLIL: what was written, one cell an operator; memories are cells. */
  readonly rtlil: string;
  readonly mutations: readonly Mutation[];
}

/** Up to `count` mutations of these modules, spread evenly by Yosys; fewer where there are no more. */
export async function mutationsOf(
  yosys: Yosys,
  emitted: EmittedVerilog,
  modules: readonly string[],
  { count, seed }: { count: number; seed: number },
): Promise<Netlist> {
  // Some fall on clock pins and do not count.
  const asked = count + Math.ceil(count / 5) + 10;
  const script = [
    `read_verilog ${files.verilog}`,
    `hierarchy -check -top ${emitted.top}`,
    // Without undefined addresses and data where nothing is written: a write that a fault makes would go anywhere.
    ...["proc", "opt_expr -mux_undef", "opt_clean", "memory -nomap", "opt_clean"],
    `write_rtlil ${files.netlist}`,
    `mutate -list ${asked} -seed ${seed} -o ${files.list} ${modules.join(" ")}`,
  ];
  const inputs = { [files.verilog]: emitted.text };
  const output = await runYosys(yosys, script.join("\n"), inputs, [files.netlist, files.list], timeoutMs);
  return {
    rtlil: output[files.netlist],
    mutations: readMutations(output[files.list], emitted).slice(0, count),
  };
}

/** The width of the control input. */
export const controlWidth = (mutations: readonly Mutation[]) => Math.ceil(Math.log2(mutations.length + 1));

/** The commands of Yosys that put all mutants into the design, each behind its own value of the control input. */
export function mutantCommands({ mutations }: Netlist): string[] {
  const width = controlWidth(mutations);
  return mutations.map(({ command, number }) =>
    command.replace(/^mutate /, `mutate -ctrl ${control} ${width} ${number} `),
  );
}

/** Verilog of the design with all mutations in it, each behind its own value of one more input. */
export async function allMutants(yosys: Yosys, netlist: Netlist): Promise<string> {
  const script = [
    `read_rtlil ${files.netlist}`,
    ...mutantCommands(netlist),
    "opt_clean",
    `write_verilog -noattr ${files.mutants}`,
  ];
  const output = await runYosys(
    yosys,
    script.join("\n"),
    { [files.netlist]: netlist.rtlil },
    [files.mutants],
    timeoutMs,
  );
  return output[files.mutants];
}
