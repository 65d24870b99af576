import { describe, expect, it } from "vitest";
import { familyOf, processTable } from "./process-table.ts";
import { runWorker } from "./worker.ts";

describe("a worker", () => {
  it("runs a command line of ours", async () => {
    const { exitCode, stdout, outgrown } = await runWorker(["list", "--json"], 1024);
    expect({ exitCode, outgrown }).toEqual({ exitCode: 0, outgrown: false });
    expect(JSON.parse(stdout)).toHaveProperty("generators");
  });

  it("is ended when it takes more memory than it may", async () => {
    const { exitCode, outgrown } = await runWorker(["check", "eie", "--cases", "1000000"], 80);
    expect({ exitCode, outgrown }).toEqual({ exitCode: undefined, outgrown: true });
  });
});

it("the process table knows this process, its parent and its memory", () => {
  const own = familyOf(process.ppid, processTable()).find(({ pid }) => pid === process.pid);
  expect(own?.parent).toBe(process.ppid);
  expect(own?.memory).toBeGreaterThan(2 ** 24);
});
