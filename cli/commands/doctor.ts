import { inspectTools } from "../../platform/tools.ts";
import { table } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle doctor`: which tools are there; exit 3 when one that the tests need is missing. */
export async function doctor(): Promise<CommandResult> {
  const tools = await inspectTools();
  const rows = tools.map((tool) => [
    tool.found ? "ok" : "missing",
    tool.name,
    tool.version ?? "",
    tool.neededFor,
    tool.found ? "" : `Debian: ${tool.install.debian}; macOS: ${tool.install.macos}; Fedora: ${tool.install.fedora}`,
  ]);
  const missing = tools.some((tool) => !tool.found && tool.neededByTests);
  return { document: { tools }, text: table(rows), exitStatus: missing ? 3 : 0 };
}
