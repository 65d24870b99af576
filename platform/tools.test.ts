import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../sw-model/errors.ts";
import { findTool, inspectTools, requireTool } from "./tools.ts";

it("reports every tool, found or not, with how to install it", async () => {
  const missing = await inspectTools({ PATH: "" });
  expect(missing.map(({ name, found }) => `${name}: ${found}`)).toEqual([
    "verilator: false",
    "g++: false",
    "boost: false",
    "iverilog: false",
    "vvp: false",
    "yosys: false",
    "yosys-smtbmc: false",
    "yosys-abc: false",
    "z3: false",
    "sta: false",
    "@yowasp/yosys: true",
  ]);
  for (const { install, neededFor } of missing) {
    expect(Object.keys(install)).toEqual(["debian", "macos", "fedora"]);
    expect(neededFor).not.toBe("");
  }
  expect(missing.filter(({ neededByTests }) => !neededByTests).map(({ name }) => name)).toEqual(["sta"]);
});

it("tells versions of what is there", async () => {
  const found = (await inspectTools()).filter((tool) => tool.found);
  for (const { name, version, path } of found) {
    if (!name.startsWith("yosys-")) expect(version).toMatch(/^\d+\.\d+/);
    expect(path).toMatch(/^\//);
  }
});

it("throws for a missing tool what a user needs to install it", () => {
  let error: unknown;
  try {
    requireTool("verilator", {});
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitStatus).toBe(3);
  expect((error as UserError).details).toMatchInlineSnapshot(`
    {
      "code": "tool-missing",
      "expected": "verilator on PATH; needed for --engine verilator: compiles the Verilog into a fast model",
      "found": "no such program on PATH",
      "hint": "Debian: sudo apt-get install verilator; macOS: brew install verilator; Fedora: sudo dnf install verilator",
      "message": "verilator is not installed",
      "where": "verilator",
    }
  `);
});

it("takes programs only, in the order of PATH", () => {
  const [first, second] = [1, 2].map(() => mkdtempSync(join(tmpdir(), "whittle-tools-")));
  for (const folder of [first, second]) writeFileSync(join(folder, "yosys"), "#!/bin/sh\necho Yosys 0.1\n");
  chmodSync(join(second, "yosys"), 0o755);
  expect(findTool("yosys", { PATH: `${first}::${second}` })).toBe(join(second, "yosys"));
  chmodSync(join(first, "yosys"), 0o755);
  expect(findTool("yosys", { PATH: `${first}:${second}` })).toBe(join(first, "yosys"));
});
