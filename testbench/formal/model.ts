/** A circuit as one step of a state machine in SMT-LIB, made by Yosys from its Verilog. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Circuit, type CircuitModule, emitVerilog } from "../../hdl/index.ts";
import { lastLines, spawnChild, within } from "../../platform/children.ts";
import { requireTool } from "../../platform/tools.ts";
import { UserError } from "../../sw-model/errors.ts";
import { withOpenWords } from "./open-words.ts";

export const modelFile = "model.smt2";

/**
 * What a proof is about: what a module below the top assumes of its surroundings is for the design to keep, so it becomes an
 * assertion.
 */
export function obligations(circuit: Circuit): Circuit {
  const kept = (module: CircuitModule): CircuitModule => ({
    ...module,
    items: module.items.map((item) =>
      item.kind === "property" && item.property === "assume" ? { ...item, property: "assert" } : item,
    ),
  });
  return {
    ...circuit,
    modules: circuit.modules.map((module) => (module.name === circuit.top ? module : kept(module))),
  };
}

/**
 * Memories become registers, and a word beyond the end of one may read as anything. Yosys samples a property in flip-flops of
 * its own; `chformal -early` takes them away, so that a step fails which breaks the property, and not the one after.
 */
const script = (top: string) => `read_verilog -formal design.v
prep -flatten -top ${top}
chformal -early
memory_map
setundef -undriven -anyseq
opt -keepdc
dffunmap
write_smt2 -wires ${modelFile}
`;

/** Writes the model of a circuit into a folder. */
export async function writeModel(circuit: Circuit, folder: string, timeoutMs: number): Promise<void> {
  const yosys = requireTool("yosys");
  const open = withOpenWords(circuit);
  const { text } = emitVerilog(open.circuit, { blackBoxes: "modelled" });
  await writeFile(join(folder, "design.v"), text + open.verilog);
  await writeFile(join(folder, "model.ys"), script(circuit.top));
  const child = spawnChild(yosys, ["-q", "-s", "model.ys"], {
    cwd: folder,
    env: { TMPDIR: folder },
    all: true,
    stdin: "ignore",
  });
  const { result, late } = await within(child, timeoutMs);
  if (!result.failed) return;
  throw new UserError(
    {
      code: late ? "proof-too-long" : "proof-failed",
      message: late ? `yosys did not end within ${timeoutMs} ms` : "yosys could not read the design",
      where: circuit.top,
      expected: "a design that can be turned into logic",
      found: lastLines(String(result.all ?? "")) || String(result.shortMessage),
    },
    1,
  );
}
