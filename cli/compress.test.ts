import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNpz } from "../sw-model/numpy/npz.ts";
import { whittle } from "./fixtures/whittle.ts";

const fixture = (name: string) => join(import.meta.dirname, "..", "sw-model", "compress", "fixtures", name);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-compress-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly layers: readonly { readonly bytesBefore: number; readonly bytesAfter: number; readonly kept: number }[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly ratio: number;
  readonly accuracyBefore: number | null;
  readonly accuracyAfter: number | null;
}

async function compress(...words: string[]): Promise<Report> {
  const { status, json } = await whittle("compress", ...words, "--json");
  expect(status).toBe(0);
  return json();
}

async function failure(...words: string[]) {
  const { status, json } = await whittle(...words, "--json");
  const { error } = json() as { error: Record<string, string> };
  return [status, error.code, error.where.replace(`${folder}/`, "")];
}

describe("compress and decompress", () => {
  it("give back all weights where nothing is pruned and there are codes enough", async () => {
    const file = join(folder, "whole.wdc");
    const report = await compress(fixture("mlp.npz"), "--keep", "1", "--weight-bits", "8", "-o", file);
    expect(report).toMatchObject({ bytesBefore: 4 * (252 + 65), accuracyBefore: null, accuracyAfter: null });
    expect(report.bytesAfter).toBe(readFileSync(file).length);
    expect(report.ratio).toBe(report.bytesBefore / report.bytesAfter);
    const back = join(folder, "whole.npz");
    expect((await whittle("decompress", file, "-o", back)).status).toBe(0);
    const [original, restored] = [fixture("mlp.npz"), back].map((name) => parseNpz(readFileSync(name), name));
    expect(restored).toEqual(original);
  });

  it("keep and share as they are told, and give the same bytes again", async () => {
    const [a, b] = ["a.wdc", "b.wdc"].map((name) => join(folder, name));
    const words = [fixture("mlp.onnx"), "--keep", "0.2,0.5", "--weight-bits", "3,2", "--initialisation", "forgy"];
    const { layers } = await compress(...words, "-o", a);
    expect(layers).toMatchObject([
      { weights: 252, kept: 50, weightBits: 3 },
      { weights: 65, kept: 32, weightBits: 2 },
    ]);
    await compress(...words, "-o", b);
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
    const { out } = await whittle("compress", ...words);
    expect(out).toMatch(/fc1 \(12 x 20 \+ 1\) +252 +19.84 % +3 /);
  });

  it("measure the stored network on the digits, and make a model for the hardware", async () => {
    const file = join(folder, "lenet.wdc");
    const words = ["lenet-300-100", "--epochs", "0", "--density", "0.5", "-o", file];
    const report = await compress(...words);
    expect(report.accuracyBefore).toBe(0.9745);
    expect(report.accuracyAfter).toBeGreaterThan(0.96);
    expect(report.bytesBefore).toBe(1066440);
    const kept = report.layers.reduce((sum, layer) => sum + layer.kept, 0);
    expect(kept / 266610).toBeCloseTo(0.5, 2);
    const model = join(folder, "lenet");
    expect((await whittle("decompress", file, "-o", model)).status).toBe(0);
    const run = await whittle("run", model, "--on", "eie", "--samples", "3", "--json");
    expect(run.json()).toMatchObject({ mismatches: 0, samples: 3 });
  });
});

describe("what cannot be compressed", () => {
  it("an unknown model is answered with those that can", async () => {
    const { log } = await whittle("compress", "no-such-model");
    expect(log).toContain("expected: one of lenet-300-100, or a folder that holds model.json");
  });

  const mlp = fixture("mlp.npz");
  it.each<[string[], unknown]>([
    [["absent.npz"], [2, "file-not-found", "absent.npz"]],
    [["bnn-mnist"], [2, "model-conflict", "bnn-mnist"]],
    [["no-such-model"], [2, "unknown-model", "no-such-model"]],
    [
      [mlp, "--keep", "0.1,0.2,0.3"],
      [2, "bad-usage", "--keep"],
    ],
    [
      [mlp, "--keep", "0"],
      [2, "bad-number", "--keep"],
    ],
    [
      [mlp, "--keep", "0.5", "--density", "0.5"],
      [2, "bad-usage", "--density"],
    ],
    [
      [mlp, "--weight-bits", "9"],
      [2, "bad-number", "--weight-bits"],
    ],
    [
      [mlp, "--index-bits", "0"],
      [2, "bad-number", "--index-bits"],
    ],
    [
      [mlp, "--initialisation", "random"],
      [2, "bad-usage", "--initialisation"],
    ],
    [
      [mlp, "--epochs", "3"],
      [2, "model-conflict", "--epochs"],
    ],
    [
      [mlp, "--dense-sparse-dense", "0.5"],
      [2, "bad-usage", "--dense-sparse-dense"],
    ],
    [
      [mlp, "--layout", "inputs-outputs"],
      [2, "wrong-shape", `${mlp}: fc1.bias`],
    ],
    [
      [mlp, "--bits", "4"],
      [2, "unknown-flag", "whittle compress"],
    ],
  ])("%s is refused", async (words, expected) => {
    expect(await failure("compress", ...words)).toEqual(expected);
  });

  it("leaves no file behind, and a damaged container is refused with its byte", async () => {
    const file = join(folder, "damaged.wdc");
    expect(await failure("compress", mlp, "--keep", "2", "-o", file)).toEqual([2, "bad-number", "--keep"]);
    expect(existsSync(file)).toBe(false);
    await compress(mlp, "-o", file);
    const bytes = readFileSync(file);
    bytes[20] ^= 1;
    writeFileSync(file, bytes);
    expect(await failure("decompress", file, "-o", join(folder, "x.npz"))).toEqual([
      2,
      "bad-checksum",
      `damaged.wdc: byte ${bytes.length - 32}`,
    ]);
    expect(await failure("compress", file)).toEqual([2, "unknown-format", "damaged.wdc"]);
    expect(await failure("decompress", mlp, "-o", join(folder, "x.npz"))).toEqual([
      2,
      "bad-container",
      `${mlp}: byte 0`,
    ]);
    await compress(mlp, "-o", file);
    expect(await failure("decompress", file, "-o", join(folder, "x"))).toEqual([2, "model-conflict", "damaged"]);
  });
});
