import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bcnnSpec } from "../sw-model/bcnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { execute } from "./execute.ts";

const rows = (count: number, of: (i: number) => unknown) => Array.from({ length: count }, (_, i) => of(i));
const operation = {
  layers: [{ kernels: [[[[1]]]] }],
  inputs: [rows(3, (y) => rows(4, (x) => [(Number(x) + Number(y)) % 2]))],
};

async function exec(sets: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bcnn-"));
  try {
    const file = join(folder, "operation.json");
    writeFileSync(file, JSON.stringify(operation));
    return await execute(bcnnGenerator, resolveParameters(bcnnSpec, { sets, operationFollows: true }), file, "wasm");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("kernels that were not set by hand come from the operation, also where the usual ones exceed the map", async () => {
  const { result } = await exec(["width=4", "height=3"]);
  // One weight of +1: the dot products are the pixels, -1 and +1.
  expect(JSON.stringify(result)).toContain("[-1],[1],[-1],[1]");
});

it("rules on what was set by hand hold at once, the others when the operation has been read", async () => {
  await expect(exec(["width=4", "height=3", "kernel=1,0", "pes=1,1,1"])).rejects.toMatchObject({
    details: { code: "parameter-conflict" },
  });
  expect(() => resolveParameters(bcnnSpec, { sets: ["width=4", "height=3"] })).toThrow();
});
