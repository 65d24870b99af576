import { describe, expect, it } from "vitest";
import { whittle } from "./fixtures/whittle.ts";

interface Report {
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: number;
  readonly rate: number;
  readonly survivors: readonly Record<string, unknown>[];
}
const mutate = async (...words: string[]) => {
  const { status, json, log } = await whittle("mutate", ...words, "--json");
  return { status, log, report: json() as Report };
};
const small = ["lnzd", "--preset", "small", "--engine", "icarus", "--count", "40"];

describe("mutate", () => {
  it("kills what can be seen, and proves of the rest that it cannot", async () => {
    const { status, report } = await mutate(...small, "--at-least", "1");
    expect(report.mutants).toBe(40);
    expect(report.killed + report.survivors.length).toBe(40);
    expect(report.equivalent).toBe(report.survivors.filter(({ equivalent }) => equivalent).length);
    expect({ status, rate: report.rate }).toEqual({ status: 0, rate: 1 });
    expect((await mutate(...small)).report).toEqual(report);
  });

  it("names the lines of what survives, and fails below the bar", async () => {
    // One empty product never saturates and rounds nothing: a poor set of cases would look like this.
    const words = ["srmac", "--preset", "small", "--engine", "icarus", "--count", "12", "--cases", "0"];
    const { report } = await mutate(...words, "--at-least", "0");
    for (const survivor of report.survivors) {
      expect(survivor).toMatchObject({
        number: expect.any(Number),
        mode: expect.any(String),
        module: expect.any(String),
      });
      expect((survivor.sources as string[]).join(" ")).toMatch(/generators\/\S+\.ts:\d+/);
    }
    const judged = report.mutants - report.equivalent;
    expect(report.rate).toBeCloseTo(report.killed / judged, 12);
    const bar = Math.min(1, report.rate + 0.001);
    expect((await mutate(...words, "--at-least", `${bar.toFixed(4)}`)).status).toBe(bar > report.rate ? 1 : 0);
  });

  it.each([
    ["an unknown module", ["lnzd", "--module", "lnzt"], "unknown-module"],
    ["the simulator that runs no Verilog", ["lnzd", "--engine", "wasm"], "conflicting-flags"],
    ["a share above 1", ["lnzd", "--at-least", "95"], "bad-number"],
    ["no mutants", ["lnzd", "--count", "0"], "bad-number"],
  ])("refuses %s", async (_, words, code) => {
    expect(await mutate(...words)).toMatchObject({ status: 2, report: { error: { code } } });
  });
});
