import { runYosys, type Yosys } from "../../platform/yosys.ts";
import { UserError } from "../../sw-model/errors.ts";
import { type Gates, gatesOf } from "./gates.ts";
import type { Mutation } from "./mutation.ts";
import type { Netlist } from "./netlist.ts";
import { isUnseen } from "./unseen.ts";

const netlist = "design.il";

/** What proves mutations of a design equivalent. */
export class Equivalence {
  readonly #yosys: Yosys;
  readonly #netlist: Netlist;
  readonly #top: string;
  readonly #reset: string | undefined;
  #gates: Promise<Gates | undefined> | undefined;

  /** `reset`: the name of the input. */
  constructor(yosys: Yosys, netlist: Netlist, top: string, reset: string | undefined) {
    this.#yosys = yosys;
    this.#netlist = netlist;
    this.#top = top;
    this.#reset = reset;
  }

  /**
   * Whether it is proven that a mutation changes nothing. By SAT: from every state that both designs share, outputs and next state are the
   * same for all inputs. Registers, memories and instances become inputs and outputs for that, so no reset is assumed and nothing
   * is bounded. First the mutated module is looked at alone; then the whole design, flat, where what surrounds the module may
   * hide the fault; and the design without bits of registers that no output depends on. In between, registers may differ where nobody looks,
   * see `isUnseen`. False means not proven.
   */
  async holds(mutation: Mutation): Promise<boolean> {
    const { module } = mutation;
    const top = this.#top;
    const prove = (name: string, prepare: readonly string[]) =>
      proven(this.#yosys, this.#netlist.rtlil, mutation, [`hierarchy -top ${name}`, ...prepare], name);
    return (
      (await prove(module, [])) ||
      (await this.#isUnseen(mutation)) ||
      (module !== top && (await prove(top, ["flatten"]))) ||
      // Bit by bit.
      (await prove(top, ["flatten", "simplemap", "splitnets", "opt_clean -purge"]))
    );
  }

  async #isUnseen({ number }: Mutation): Promise<boolean> {
    this.#gates ??= whereItCan(() => gatesOf(this.#yosys, this.#netlist, this.#top), undefined);
    const gates = await this.#gates;
    return gates !== undefined && (await isUnseen(gates, number, this.#reset));
  }
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
  return await whereItCan(async () => {
    await runYosys(yosys, script.join("\n"), { [netlist]: rtlil }, [], 120_000);
    return true;
  }, false);
}

/** A proof that fails, that takes too long, or that Yosys cannot set up is none. */
async function whereItCan<T>(attempt: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof UserError && error.exitStatus === 1) return otherwise;
    throw error;
  }
}
