import { runYosys, type Yosys } from "../../platform/yosys.ts";
import { UserError } from "../../sw-model/errors.ts";
import type { Mutation } from "./mutation.ts";
import type { Netlist } from "./netlist.ts";

const netlist = "design.il";

/**
 * Whether SAT proves that a mutation changes nothing: from every state that both designs share, outputs and next state are the
 * same for all inputs. Registers, memories and instances become inputs and outputs for that, so no reset is assumed and nothing
 * is bounded. First the mutated module is looked at alone; then the whole design, flat, where what surrounds the module may
 * hide the fault; and the design without bits of registers that no output depends on. False means not proven.
 */
export async function isEquivalent(
  yosys: Yosys,
  { rtlil }: Netlist,
  mutation: Mutation,
  top: string,
): Promise<boolean> {
  const { module } = mutation;
  const prove = (name: string, prepare: readonly string[]) =>
    proven(yosys, rtlil, mutation, [`hierarchy -top ${name}`, ...prepare], name);
  return (
    (await prove(module, [])) ||
    (module !== top && (await prove(top, ["flatten"]))) ||
    // Bit by bit.
    (await prove(top, ["flatten", "simplemap", "splitnets", "opt_clean -purge"]))
  );
}

async function proven(
  yosys: Yosys,
  rtlil: string,
  mutation: Mutation,
  prepare: readonly string[],
  top: string,
): Promise<boolean> {
  const side = (name: string, change: readonly string[]) => [
    ...["design -reset", `read_rtlil ${netlist}`],
    ...[...change, ...prepare],
    // Cells alone: selected wires would become outputs, and nets that nothing reads would count.
    ...["expose -evert -evert-dff t:*", `rename ${top} ${name}`, `design -stash ${name}`],
  ];
  const script = [
    ...side("gold", []),
    ...side("gate", [mutation.command]),
    ...["design -copy-from gold -as gold gold", "design -copy-from gate -as gate gate"],
    ...["miter -equiv -flatten gold gate miter", "hierarchy -top miter"],
    `sat -timeout 60 -verify -prove trigger 0 miter`,
  ];
  try {
    await runYosys(yosys, script.join("\n"), { [netlist]: rtlil }, [], 120_000);
    return true;
  } catch (error) {
    // A proof that fails, that takes too long, or that Yosys cannot set up is none.
    if (error instanceof UserError && error.exitStatus === 1) return false;
    throw error;
  }
}
