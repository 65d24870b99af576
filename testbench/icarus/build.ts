import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../platform/cache.ts";
import { requireTool, toolVersion } from "../../platform/tools.ts";
import { checkFlags } from "../check-flags.ts";
import { codeOf } from "../code.ts";
import { runTool } from "../compile.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { announceEnds } from "./ends.ts";
import { testbenchTop, testbenchVerilog } from "./testbench.ts";

/** Compile a design and its testbench for vvp, or find the build in the cache. */
export async function buildIcarus(
  design: DesignUnderTest,
  { checks = true, log }: { readonly checks?: boolean; readonly log?: (line: string) => void } = {},
): Promise<{ folder: string; program: string }> {
  const path = requireTool("iverilog");
  const testbench = testbenchVerilog(design);
  const flags = checkFlags(design, checks, `${testbenchTop}.checks_broken = 1`);
  const version = String(await toolVersion("iverilog", path));
  const folder = await cached(
    "icarus",
    [version, codeOf(design), testbench, ...flags],
    async (folder, keptOnFailure) => {
      log?.(`compiling ${design.top} with Icarus Verilog`);
      await writeFile(join(folder, "design.v"), announceEnds(design.verilog));
      await writeFile(join(folder, "testbench.v"), testbench);
      const args = ["-g2005", ...flags, "-s", testbenchTop, "-o", "design.vvp", "testbench.v", "design.v"];
      await runTool({ tool: "iverilog", path, arguments: args, folder, keptOnFailure });
    },
  );
  return { folder, program: join(folder, "design.vvp") };
}
