import { createHash } from "node:crypto";
import { requireTool, toolVersion } from "../platform/tools.ts";
import { engineNamed } from "./engine.ts";
import { findToolchain } from "./verilator/toolchain.ts";

/**
 * What the values that an engine gives depend on besides our own code: versions of its tools, and of Verilator's harness. A
 * missing tool is an error (exit status 3).
 */
export async function engineVersions(name: string): Promise<readonly string[]> {
  const engine = engineNamed(name);
  switch (engine) {
    case "wasm":
      return [engine];
    case "icarus": {
      const paths = [requireTool("iverilog"), requireTool("vvp")];
      const versions = await Promise.all([toolVersion("iverilog", paths[0]), toolVersion("vvp", paths[1])]);
      return [engine, ...versions.map(String)];
    }
    case "verilator": {
      const { versions, sources } = await findToolchain();
      const harness = createHash("sha256")
        .update([...sources].flat().join("\0"))
        .digest("hex");
      return [engine, ...versions, harness];
    }
  }
}
