/** The command exec, on every engine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Files } from "./fixtures/files.ts";
import { sparseProduct } from "./fixtures/operations.ts";
import { failure, whittle } from "./fixtures/whittle.ts";

const scratch = new Files();
afterAll(() => scratch.remove());

describe("exec", () => {
  it.each(["golden", "wasm", "icarus"])("runs a binary layer and a chained network on %s", async (engine) => {
    const layer = {
      weights: [
        [1, 0, 1],
        [0, 0, 1],
      ],
      thresholds: [
        { t: 2, flip: false },
        { t: 2, flip: true },
      ],
    };
    const inputs = [
      [1, 1, 1],
      [0, 0, 0],
    ];
    const xnor = scratch.write("xnor.json", { weights: layer.weights, inputs });
    const words = ["--engine", engine, "--set", "lanes=8", "--json"];
    expect((await whittle("exec", "xnor", "--op", xnor, ...words)).json()).toMatchObject({
      result: {
        dot: [
          [1, -1],
          [-1, 1],
        ],
      },
      cycles: 5,
    });
    // Agreements of 2 and 1, then of 1 and 2: bits 1, 1 and 0, 0.
    const bnn = scratch.write("bnn.json", { layers: [layer, { weights: [[1, 0]] }], inputs });
    expect((await whittle("exec", "bnn", "--op", bnn, ...words)).json()).toMatchObject({ result: { dot: [[0], [0]] } });
  });

  it.each(["golden", "wasm", "verilator", "icarus"])("gives the same result on %s", async (engine) => {
    const { status, json } = await whittle(
      "exec",
      "eie",
      "--op",
      scratch.write("op.json", sparseProduct),
      "--engine",
      engine,
      "--json",
    );
    expect(status).toBe(0);
    // 3 * -512, 3 * 256, -2 * -512 and -2 * 256, eight bits dropped.
    expect(json()).toMatchObject({ generator: "eie", engine, result: { y: [-6, 3, 0, 4, -2] }, cycles: 15 });
  });

  it.each(["golden", "wasm", "verilator", "icarus"])("finds the leading nonzeros on %s", async (engine) => {
    const op = scratch.write("lnzd.json", {
      vectors: [
        [0, 0, 7, 1],
        [0, 0, 0, 0],
        [65535, 1, 0, 0],
      ],
    });
    const words = ["exec", "lnzd", "--op", op, "--engine", engine, "--set", "inputs=4", "--json"];
    expect((await whittle(...words)).json()).toMatchObject({
      result: {
        results: [{ valid: true, index: 2, value: 7 }, { valid: false }, { valid: true, index: 0, value: 65535 }],
      },
      cycles: 3,
    });
  });

  it("writes integers beyond 2^53 - 1 as decimal strings", async () => {
    const op = scratch.write("wide.json", { vectors: [["18446744073709551615"], [5]] });
    const words = [
      "exec",
      "lnzd",
      "--op",
      op,
      "--engine",
      "icarus",
      "--set",
      "inputs=1",
      "--set",
      "width=64",
      "--json",
    ];
    const { result } = (await whittle(...words)).json() as { result: { results: unknown } };
    expect(result.results).toEqual([
      { valid: true, index: 0, value: "18446744073709551615" },
      { valid: true, index: 0, value: 5 },
    ]);
  });
});

describe("exec --waves", () => {
  const words = (engine: string, waves: string) => [
    "exec",
    "lnzd",
    "--op",
    scratch.write("w.json", { vectors: [[1, 0]] }),
    "--engine",
    engine,
    "--set",
    "inputs=2",
    "--waves",
    waves,
  ];

  it.each(["wasm", "verilator", "icarus"])("writes a VCD on %s, and says where it cannot", async (engine) => {
    const target = join(scratch.folder, `${engine}.vcd`);
    expect((await whittle(...words(engine, target))).status).toBe(0);
    expect(readFileSync(target, "utf8")).toContain("$enddefinitions");
    expect(await failure(...words(engine, "/proc/x.vcd"))).toMatchObject({ status: 2, code: "cannot-write" });
    expect(await failure(...words(engine, scratch.folder))).toMatchObject({ status: 2, code: "cannot-write" });
    expect(await failure(...words(engine, ""))).toMatchObject({ status: 2 });
  });

  it("is refused for the golden model", async () => {
    expect(await failure(...words("golden", join(scratch.folder, "g.vcd")))).toMatchObject({
      status: 2,
      code: "no-waves",
    });
  });
});
