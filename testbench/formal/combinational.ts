/** Proofs of circuits without state by Yosys' own SAT solver or by ABC: many times faster than SMT where there is one step only. */

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Circuit, emitVerilog } from "../../hdl/index.ts";
import { lastLines, spawnChild, within } from "../../platform/children.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { requireTool } from "../../platform/tools.ts";
import { UserError } from "../../sw-model/errors.ts";

/** Only the passes that the solver needs: the full preparation takes longer than the proof. */
const design = (top: string, perModule: string) => `read_verilog -formal design.v
hierarchy -check -top ${top}
proc -noopt
chformal -early
chformal -cover -remove
opt_clean
select -assert-none t:$dff* t:$sdff* t:$adff* t:$aldff* t:$dlatch* t:$sr t:$mem*
${perModule}flatten
opt_merge
opt_clean
select -assert-min 1 t:$assert
`;

/** How a claim is decided. Both are complete; they take long for different circuits. */
export type Decision =
  /** Search for an input for which an assertion fails, by Yosys' SAT solver. */
  | "search"
  /** Binary decision diagrams of all assertions, by ABC: small where wires depend on how many inputs are 1. */
  | "diagrams";

/** What Yosys runs, and in what it or ABC print how the claim was decided. */
const decisions = {
  search: {
    perModule: "",
    script: "sat -verify -prove-asserts -set-assumes -timeout 300",
    holds: /SAT proof finished - no model found: SUCCESS!/,
    fails: /proof did fail!/,
  },
  diagrams: {
    // Once for each module, not for each instance: tables of six inputs start as 64 constants each.
    perModule: "techmap\nopt\n",
    // Assertions become outputs that are high where one fails. Variables keep the order of the ports: finding a better one
    // takes longer than what it saves.
    script: `select -assert-none t:$assume
techmap
opt
aigmap
opt_clean
write_aiger design.aig
exec -- yosys-abc -q "read_aiger design.aig; orpos; collapse -r -B 20000000; strash; sat"`,
    holds: /^UNSATISFIABLE/m,
    fails: /^SATISFIABLE/m,
  },
} as const;

/** How to decide, and how long it may take. */
export interface DecisionOptions {
  /** Default: search. */
  readonly by?: Decision;
  /** Default: five minutes. */
  readonly timeoutMs?: number;
}

/**
 * Whether all assertions of a circuit without registers and memories hold for every input. Throws `UserError` proof-failed
 * where that cannot be told, for example because the circuit has state.
 */
export async function holdsForAllInputs(circuit: Circuit, options: DecisionOptions = {}): Promise<boolean> {
  const { by = "search", timeoutMs = 300_000 } = options;
  const { perModule, script, holds, fails } = decisions[by];
  const yosys = requireTool("yosys");
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-sat-${randomBytes(8).toString("hex")}`));
  try {
    await writeFile(join(temporary.path, "design.v"), emitVerilog(circuit, { blackBoxes: "modelled" }).text);
    await writeFile(join(temporary.path, "sat.ys"), `${design(circuit.top, perModule)}${script}\n`);
    const child = spawnChild(yosys, ["-s", "sat.ys"], {
      cwd: temporary.path,
      env: { TMPDIR: temporary.path },
      all: true,
      stdin: "ignore",
    });
    const { result, late } = await within(child, timeoutMs);
    const text = String(result.all ?? "");
    if (!result.failed && holds.test(text)) return true;
    if (fails.test(text)) return false;
    throw new UserError(
      {
        code: late ? "proof-too-long" : "proof-failed",
        message: late ? `yosys did not end within ${timeoutMs} ms` : "yosys could not decide",
        where: circuit.top,
        expected: "a circuit without registers and memories, with assertions",
        found: lastLines(text) || String(result.shortMessage),
      },
      1,
    );
  } finally {
    await temporary.remove();
  }
}
