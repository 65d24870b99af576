/** Proofs of circuits without state by Yosys' own SAT solver: many times faster than SMT where there is one step only. */

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
const script = (top: string) => `read_verilog -formal design.v
hierarchy -check -top ${top}
proc -noopt
flatten
chformal -early
chformal -cover -remove
opt_merge
opt_clean
select -assert-none t:$dff* t:$sdff* t:$adff* t:$aldff* t:$dlatch* t:$sr t:$mem*
select -assert-min 1 t:$assert
sat -verify -prove-asserts -set-assumes -timeout 300
`;

/**
 * Whether all assertions of a circuit without registers and memories hold for every input. Throws `UserError` proof-failed
 * where Yosys cannot tell, for example because the circuit has state.
 */
export async function holdsForAllInputs(circuit: Circuit, timeoutMs = 300_000): Promise<boolean> {
  const yosys = requireTool("yosys");
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-sat-${randomBytes(8).toString("hex")}`));
  try {
    await writeFile(join(temporary.path, "design.v"), emitVerilog(circuit).text);
    await writeFile(join(temporary.path, "sat.ys"), script(circuit.top));
    const child = spawnChild(yosys, ["-s", "sat.ys"], {
      cwd: temporary.path,
      env: { TMPDIR: temporary.path },
      all: true,
      stdin: "ignore",
    });
    const { result, late } = await within(child, timeoutMs);
    const text = String(result.all ?? "");
    if (!result.failed && /SAT proof finished - no model found: SUCCESS!/.test(text)) return true;
    if (result.failed && /proof did fail!/.test(text)) return false;
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
