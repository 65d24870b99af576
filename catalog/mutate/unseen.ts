import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild, within } from "../../platform/children.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { findTool } from "../../platform/tools.ts";
import { never } from "./and-inverter-graph.ts";
import { Difference } from "./difference.ts";
import type { Gates } from "./gates.ts";

const seconds = 60;

/** First as it is; then with nets merged that are always equal, which brings large designs within reach. */
const search = `pdr -T ${seconds / 3}; scorr -F 2; dc2; pdr -T ${seconds}`;

/**
 * Whether it is proven that a mutant differs from its design only where nobody looks: no difference comes to an output or into a memory, from
 * any state after a reset, for all inputs. By property-directed reachability (Bradley, 2011) in ABC, which comes with Yosys. False means not
 * proven; so it is without ABC.
 */
export async function isUnseen(gates: Gates, mutant: number, reset: string | undefined): Promise<boolean> {
  const { graph, seen } = new Difference(gates, mutant, reset);
  if (seen === never) return true;
  const abc = findTool("yosys-abc");
  if (abc === undefined) return false;
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-abc-${randomBytes(8).toString("hex")}`));
  try {
    await writeFile(join(temporary.path, "seen.aig"), graph.toAiger(seen));
    const child = spawnChild(abc, ["-c", `read_aiger seen.aig; ${search}`], {
      ...{ cwd: temporary.path, all: true, stdin: "ignore" },
    });
    const { result, late } = await within(child, 3 * seconds * 1000);
    return !late && !result.failed && /^Property proved\./m.test(String(result.all ?? ""));
  } finally {
    await temporary.remove();
  }
}
