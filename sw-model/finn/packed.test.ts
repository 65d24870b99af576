import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { UserError } from "../errors.ts";
import { exportFinn, type FinnChoices } from "./export.ts";
import { importFinn } from "./import.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-finn-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

/** A word from the text of its bits, highest first, as lines: padded to whole digits, or 32-bit parts, lowest first. */
function linesOf(bits: string, lines: "word" | "32-bit"): string[] {
  let width = 4 * Math.ceil(bits.length / 4);
  if (lines === "32-bit") for (width = 32; width < bits.length; ) width *= 2;
  const hex = BigInt(`0b${bits}`)
    .toString(16)
    .padStart(width / 4, "0");
  return lines === "word" ? [hex] : (hex.match(/.{8}/g) ?? []).reverse();
}

const twosComplement = (value: number, bits: number) => {
  let text = "";
  for (let i = bits - 1; i >= 0; i--) text += Math.floor(value / 2 ** i) % 2 === 0 ? "0" : "1";
  return text;
};
const down = (count: number) => Array.from({ length: count }, (_, i) => count - 1 - i);
const up = (count: number) => down(count).reverse();
const text = (words: string[], lines: "word" | "32-bit") => words.flatMap((bits) => linesOf(bits, lines)).join("\n");

interface Case {
  readonly rows: number[][];
  readonly levels: number[];
  readonly pe: number;
  readonly simd: number;
  readonly lines: "word" | "32-bit";
}

const cases = fc
  .record({
    pe: fc.integer({ min: 1, max: 9 }),
    simd: fc.integer({ min: 1, max: 17 }),
    neuronFold: fc.integer({ min: 1, max: 4 }),
    synapseFold: fc.integer({ min: 1, max: 4 }),
    lines: fc.constantFrom("word" as const, "32-bit" as const),
  })
  .chain(({ pe, simd, neuronFold, synapseFold, lines }) => {
    const [outputs, inputs] = [pe * neuronFold, simd * synapseFold];
    const list = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length });
    return fc.record<Case>({
      rows: list(list(fc.integer({ min: 0, max: 1 }), inputs), outputs),
      levels: list(fc.integer({ min: 0, max: inputs + 1 }), outputs),
      pe: fc.constant(pe),
      simd: fc.constant(simd),
      lines: fc.constant(lines),
    });
  });

/** FINN's words from the definition: for each group of PE rows, for each group of SIMD columns, highest bit first. */
function naive({ rows, pe, simd, lines }: Case, pes: number[], values: number[], bits: number) {
  const neuronFolds = up(rows.length / pe);
  const synapseFolds = up(rows[0].length / simd);
  const weights = neuronFolds.flatMap((n) =>
    synapseFolds.map((s) => pes.flatMap((p) => down(simd).map((lane) => rows[n * pe + p][s * simd + lane])).join("")),
  );
  const thresholds = neuronFolds.map((n) => pes.map((p) => twosComplement(values[n * pe + p], bits)).join(""));
  return { weights: text(weights, lines), thresholds: text(thresholds, lines) };
}

const modelOf = ({ rows, levels }: Case) => ({
  kind: "binary" as const,
  name: "net",
  summary: "",
  data: {},
  training: {},
  inputThreshold: 0.5,
  layers: [{ weights: packBits(rows), thresholds: levels.map((t) => ({ t, flip: false })) }],
});

describe("packed words", () => {
  it("are those of FINN, whoever writes them, and come back bit for bit", () => {
    const how = fc.record({
      accumulator: fc.constantFrom("dot" as const, "popcount" as const),
      weightDataType: fc.constantFrom("BIPOLAR" as const, "BINARY" as const),
      filePerPe: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, how, (given, choices) => {
        const { pe, simd, rows, levels, lines } = given;
        const model = modelOf(given);
        const files = exportFinn(model, { layout: "packed", lines, ...choices, fold: () => ({ pe, simd }) });
        for (const { name, content } of files) writeFileSync(file(name), content);
        expect(importFinn(folder).layers).toEqual(model.layers);

        const inputs = rows[0].length;
        const values = levels.map((t) => (choices.accumulator === "dot" ? 2 * t - inputs : t));
        const { thresholdDataType } = JSON.parse(readFileSync(file("finn.json"), "utf8")).layers[0];
        const bits = Number(thresholdDataType.match(/\d+/)[0]);
        const groups = choices.filePerPe ? up(pe).map((p) => [p]) : [down(pe)];
        groups.forEach((pes, i) => {
          const { weights, thresholds } = naive(given, pes, values, bits);
          const end = choices.filePerPe ? `-${i}.dat` : ".dat";
          expect(readFileSync(file(`layer0-weights${end}`), "utf8")).toBe(`${weights}\n`);
          expect(readFileSync(file(`layer0-thresholds${end}`), "utf8")).toBe(`${thresholds}\n`);
        });
      }),
      { numRuns: 150 },
    );
  });

  it("have PE 0 and column 0 in the lowest bit, by hand", () => {
    const layer = { inputs: 4, outputs: 4, layout: "packed", pe: 2, simd: 2, weightDataType: "BIPOLAR" };
    const names = { weights: "memblock.dat", thresholds: "t.dat", thresholdDataType: "INT5" };
    const manifest = { format: "whittle-finn", version: 1, name: "hand", layers: [{ ...layer, ...names }] };
    writeFileSync(file("finn.json"), JSON.stringify(manifest));
    // Rows 0 and 1: columns 0, 1 are 10 and 01, so PE 1 has binary 10 and PE 0 binary 01; columns 2, 3 are 11 and 00.
    writeFileSync(file("memblock.dat"), "9\n3\n0\nF\n");
    // Rows 1, 0 are 2 (00010) and -4 (11100); rows 3, 2 are -1 (11111) and 5 (00101).
    writeFileSync(file("t.dat"), "05c\r\n3e5\r\n");
    const [{ weights, thresholds }] = importFinn(folder).layers;
    expect(weights).toEqual(
      packBits([
        [1, 0, 1, 1],
        [0, 1, 0, 0],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ]),
    );
    expect(thresholds?.map(({ t }) => t)).toEqual([0, 3, 5, 2]);
  });
});

describe("a damaged or wrong packed folder", () => {
  const failure = () => {
    try {
      importFinn(folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, where = "", expected } = error.details;
      return [error.exitStatus, code, where.replace(folder, "F"), expected];
    }
    return undefined;
  };
  // 6 x 4 weights of 2 PEs and 3 lanes: 4 words of 6 bits; thresholds of 5 bits a PE (INT5): 2 words of 10 bits.
  const how: FinnChoices = {
    layout: "packed",
    weightDataType: "BIPOLAR",
    accumulator: "dot",
    fold: () => ({ pe: 2, simd: 3 }),
  };
  const rows = up(4).map((r) => up(6).map((c) => (r * c) % 2));
  const model = modelOf({ rows, levels: [0, 3, 7, 2], pe: 2, simd: 3, lines: "word" });
  const write = (choices: FinnChoices) => {
    for (const { name, content } of exportFinn(model, choices)) writeFileSync(file(name), content);
  };
  beforeEach(() => write(how));
  const edit = (change: Record<string, unknown>) => {
    const manifest = JSON.parse(readFileSync(file("finn.json"), "utf8"));
    Object.assign(manifest.layers[0], change);
    writeFileSync(file("finn.json"), JSON.stringify(manifest));
  };
  const lines = (name: string, change: (lines: string[]) => void) => {
    const all = readFileSync(file(name), "utf8").trimEnd().split("\n");
    change(all);
    writeFileSync(file(name), all.map((line) => `${line}\n`).join(""));
  };
  const w = "layer0-weights.dat";
  const t = "layer0-thresholds.dat";
  const word = "2 hex digits (6 x 1 bits a word)";

  it("reads what was written", () => {
    expect(importFinn(folder).layers).toEqual(model.layers);
  });

  it.each<[string, () => void, string, string, string | RegExp]>([
    ["a missing file", () => unlinkSync(file(t)), "file-not-found", `F/${t}`, /readable/],
    ["an empty file", () => writeFileSync(file(w), ""), "bad-dat", `F/${w}: line 1`, `4 lines, here ${word}`],
    ["a line missing", () => lines(w, (l) => l.pop()), "bad-dat", `F/${w}: line 4`, `4 lines, here ${word}`],
    [
      "a line too many",
      () => lines(w, (l) => l.push("00")),
      "bad-dat",
      `F/${w}: line 5`,
      "the end of the file after 4 lines",
    ],
    ["a line of another length", () => lines(w, (l) => l.splice(1, 1, "1")), "bad-dat", `F/${w}: line 2`, word],
    ["no hex number", () => lines(w, (l) => l.splice(2, 1, "0g")), "bad-dat", `F/${w}: line 3`, word],
    ["a line cut short", () => lines(w, (l) => l.splice(3, 1, "0")), "bad-dat", `F/${w}: line 4`, word],
    ["an empty line", () => lines(w, (l) => l.splice(0, 0, "")), "bad-dat", `F/${w}: line 1`, word],
    ["bytes", () => writeFileSync(file(w), Buffer.alloc(100, 0x93)), "bad-dat", `F/${w}: line 1`, word],
    ["a bit too many", () => lines(w, (l) => l.splice(1, 1, "40")), "bad-dat", `F/${w}: line 2`, /^0 above/],
    ["another fold", () => edit({ simd: 6 }), "bad-dat", `F/${w}: line 1`, "3 hex digits (12 x 1 bits a word)"],
    ["another size", () => edit({ outputs: 8 }), "bad-dat", `F/${w}: line 5`, `8 lines, here ${word}`],
    ["another form of line", () => edit({ lines: "32-bit" }), "bad-dat", `F/${w}: line 1`, /^8 hex digits/],
    ["another type of threshold", () => edit({ thresholdDataType: "INT9" }), "bad-dat", `F/${t}: line 1`, /2 x 9 bits/],
    [
      "no type of threshold",
      () => edit({ thresholdDataType: undefined }),
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholdDataType",
      /INT2 to INT32/,
    ],
    [
      "a type that is none",
      () => edit({ thresholdDataType: "INT33" }),
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholdDataType",
      /INT2 to INT32/,
    ],
    [
      "a type without thresholds",
      () => edit({ thresholds: undefined }),
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholdDataType",
      "thresholds beside it, or nothing",
    ],
    ["no fold", () => edit({ pe: undefined }), "wrong-shape", "F/finn.json: $.layers[0].pe", /integer/],
    [
      "files for more PEs",
      () => edit({ weights: ["a.dat", "b.dat", "c.dat"] }),
      "wrong-shape",
      "F/finn.json: $.layers[0].weights",
      /^2 files/,
    ],
    [
      "an array in the place of words",
      () => edit({ weights: "w.npy" }),
      "wrong-shape",
      "F/finn.json: $.layers[0].weights",
      /\.dat/,
    ],
    [
      "a path",
      () => edit({ weights: ["a.dat", "../b.dat"] }),
      "wrong-shape",
      "F/finn.json: $.layers[0].weights[1]",
      /\.dat/,
    ],
    [
      "thresholds missing before the last layer",
      () => {
        const manifest = JSON.parse(readFileSync(file("finn.json"), "utf8"));
        const { thresholds: _t, thresholdDataType: _d, ...first } = manifest.layers[0];
        const next = { ...manifest.layers[0], inputs: 4, simd: 2 };
        writeFileSync(file("finn.json"), JSON.stringify({ ...manifest, layers: [first, next] }));
      },
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholds",
      /only the last layer/,
    ],
    [
      "thresholds missing before the last layer, and their type there",
      () => {
        const manifest = JSON.parse(readFileSync(file("finn.json"), "utf8"));
        const { thresholds: _t, ...first } = manifest.layers[0];
        writeFileSync(file("finn.json"), JSON.stringify({ ...manifest, layers: [first, manifest.layers[0]] }));
      },
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholds",
      /only the last layer/,
    ],
  ])("is refused: %s", (_, damage, code, where, expected) => {
    damage();
    const is = typeof expected === "string" ? expected : expect.stringMatching(expected);
    expect(failure()).toEqual([2, code, where, is]);
  });

  it("names the line of a 32-bit part", () => {
    write({ ...how, lines: "32-bit", fold: () => ({ pe: 4, simd: 6 }) });
    expect(importFinn(folder).layers).toEqual(model.layers);
    lines(t, (l) => l.splice(0, 1, "00f00000"));
    expect(failure()).toEqual([2, "bad-dat", `F/${t}: line 1`, "0 above the word's elements"]);
  });

  it("names the line of a missing second part", () => {
    write({ ...how, lines: "32-bit", accumulator: "dot", fold: () => ({ pe: 4, simd: 6 }) });
    edit({ thresholdDataType: "INT9" });
    expect(failure()?.slice(0, 3)).toEqual([2, "bad-dat", `F/${t}: line 2`]);
  });
});
