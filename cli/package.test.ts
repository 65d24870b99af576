/** What goes to npm: names in the Verilog and the lines that errors quote are read from the sources, so these go too. */
import { readdirSync } from "node:fs";
import { execa } from "execa";
import { expect, it } from "vitest";

const folders = ["catalog", "cli", "generators", "hdl", "platform", "sw-model", "synth", "testbench"];

it("has every source that is built, and no test", async () => {
  const { stdout } = await execa("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const packed = new Set(files.map(({ path }) => path));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("/type-tests/")),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((path) => !packed.has(path))).toEqual([]);
  expect([...packed].filter((path) => /^[^/]*\/(?!.*dist).*\.test\.ts$/.test(path))).toEqual([]);
});
