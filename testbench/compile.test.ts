import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { runTool } from "./compile.ts";

const run = (path: string, args: readonly string[]) =>
  runTool({ tool: "g++", path, arguments: args, folder: tmpdir(), keptOnFailure: "/kept" });

it("a full disk is told as such, not as a design that does not compile", async () => {
  await expect(run("/bin/cp", [import.meta.filename, "/dev/full"])).rejects.toMatchObject({
    exitStatus: 2,
    details: {
      code: "cannot-write",
      message: "g++ cannot write: no space left on the disk",
      where: tmpdir(),
      found: expect.stringContaining("No space left on device"),
    },
  });
});

it("another failure has the last lines of the tool", async () => {
  await expect(run("/bin/cp", ["/nowhere/at/all", tmpdir()])).rejects.toMatchObject({
    exitStatus: 1,
    details: { code: "build-failed", where: "/kept", found: expect.stringContaining("/nowhere/at/all") },
  });
});
