import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeSpec, resolveParameters } from "../parameters.ts";
import { goldenEse, goldenSteps } from "./golden.ts";
import type { GruNetwork, LstmNetwork } from "./network.ts";
import { exact, lookupOf, type Nonlinearity } from "./nonlinearity.ts";
import { parseEseOperation } from "./operation.ts";
import { eseSpec } from "./spec.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "ese-numerics.md");

const operation = {
  weights: {
    ix: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 300],
        [0, 1, -41],
        [1, 1, 512],
      ],
    },
    fx: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 96],
        [1, 0, -700],
      ],
    },
    gx: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 1, -1200],
        [1, 0, 333],
      ],
    },
    ox: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 150],
        [1, 1, 2047],
      ],
    },
    ir: { rows: 2, cols: 1, entries: [[0, 0, 700]] },
    fr: { rows: 2, cols: 1, entries: [[1, 0, -1024]] },
    gr: {
      rows: 2,
      cols: 1,
      entries: [
        [0, 0, 1500],
        [1, 0, -2048],
      ],
    },
    or: { rows: 2, cols: 1, entries: [] },
    ym: {
      rows: 1,
      cols: 2,
      entries: [
        [0, 0, 1800],
        [0, 1, -900],
      ],
    },
  },
  peephole: { i: [64, -20], f: [0, 512], o: [-100, 1024] },
  bias: { i: [100, -300], f: [2048, 2048], g: [0, 77], o: [-512, 4096] },
  x: [[1024, -512]],
  state: { c: [1500, -3000], y: [512] },
};

const gruOperation = {
  weights: {
    zx: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 300],
        [1, 1, 512],
      ],
    },
    rx: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 1, -700],
        [1, 0, 96],
      ],
    },
    hx: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 333],
        [1, 1, -1200],
      ],
    },
    zr: { rows: 2, cols: 2, entries: [[0, 1, -1024]] },
    rr: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 700],
        [1, 1, 150],
      ],
    },
    hr: {
      rows: 2,
      cols: 2,
      entries: [
        [0, 0, 1500],
        [0, 1, -900],
        [1, 0, -2048],
      ],
    },
  },
  bias: { z: [2048, -300], r: [0, 77], hx: [-512, 100], hr: [256, 4096] },
  x: [[1024, -512]],
  state: { c: [1500, -700], y: [3000, -1400] },
};

/** The largest error of a look-up over every argument of 16 bits. */
function largestError(name: Nonlinearity, sets: string[]): number {
  const { parameters } = resolveParameters(eseSpec, { sets });
  const look = lookupOf(name, parameters, 11);
  let most = 0;
  for (let z = -(2 ** 15); z < 2 ** 15; z++) {
    most = Math.max(most, Math.abs(look(z) * 2 ** -15 - exact(name, z * 2 ** -11)));
  }
  return most;
}

function errorTable(): string {
  const points = [
    ["`table`, 2048 samples", []],
    ["`table`, 256 samples", ["tableSize=256"]],
    ["`linear`, 64 steps", ["lookup=linear", "tableSize=64"]],
    ["`linear`, 256 steps", ["lookup=linear", "tableSize=256"]],
    ["`linear`, 256 steps to 16", ["lookup=linear", "tableSize=256", "tableRange=16"]],
    ["`k-tanh`, 64 segments", ["lookup=k-tanh", "tableSize=64"]],
    ["`k-tanh`, 256 segments", ["lookup=k-tanh", "tableSize=256"]],
  ] as const;
  const rows = points.map(([what, sets]) => {
    const errors = (["sigmoid", "tanh"] as const).map((name) => largestError(name, [...sets]).toFixed(5));
    return `| ${what} | ${errors.join(" | ")} |`;
  });
  return ["| look-up | error of sigmoid | error of tanh |", "|---|---|---|", ...rows].join("\n");
}

/** A JSON document with every innermost list on one line. */
function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const flat = text.replace(/\[\s+(-?\d[^[\]]*?)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, " ")}]`);
  const rows = flat.replace(
    /\[\s+(\[[^[\]]*\](?:,\s+\[[^[\]]*\])*)\s+\]/g,
    (_, list: string) => `[${list.replace(/\s+/g, " ")}]`,
  );
  return `\`\`\`json\n${rows}\n\`\`\``;
}

describe("docs/ese-numerics.md", () => {
  const { parameters } = resolveParameters(eseSpec, { sets: ["peephole=true", "projection=1"] });
  const parsed = parseEseOperation(operation, parameters);

  const { parameters: ofGru } = resolveParameters(eseSpec, { sets: ["cell=gru"] });
  const gru = parseEseOperation(gruOperation, ofGru);

  it("shows the worked steps and the errors that the model gives", () => {
    const [step] = goldenSteps(parameters, parsed.network as LstmNetwork, parsed.sequences[0]);
    const parts: Record<string, string> = {
      errors: errorTable(),
      operation: json(operation),
      step: json(step),
      result: json(goldenEse(parameters, parsed)),
      gruOperation: json(gruOperation),
      gruStep: json(goldenSteps(ofGru, gru.network, gru.sequences[0])[0]),
      gruResult: json(goldenEse(ofGru, gru)),
    };
    const page = readFileSync(file, "utf8");
    const made = page.replace(/<!-- (\w+) -->\n(?:\n(?:```json[\s\S]*?```|\|[\s\S]*?)\n)?\n/g, (_, name: string) => {
      return `<!-- ${name} -->\n\n${parts[name]}\n\n`;
    });
    return expect(made).toMatchFileSnapshot(file);
  });

  it("states the defaults", () => {
    const page = readFileSync(file, "utf8");
    const defaults = new Map(describeSpec(eseSpec).parameters.map((parameter) => [parameter.name, parameter.default]));
    const stated = [...page.matchAll(/`(\w+)` \(?(\d+|`[a-z]+`)\b/g)].map(([, name, value]) => [name, value]);
    const known = stated.filter(([name]) => defaults.has(name) && !["lookup", "projection"].includes(name));
    expect(known.length).toBeGreaterThan(18);
    for (const [name, value] of known) expect([name, value]).toEqual([name, `${defaults.get(name)}`]);
  });

  it("does by hand what the model does", () => {
    const [step] = goldenSteps(parameters, parsed.network as LstmNetwork, parsed.sequences[0]);
    expect(step.acc.i[0]).toBe((300 * 1024 + -41 * -512) * 16 + 700 * 512);
    expect(step.z.i[0]).toBe(1563);
    expect(readFileSync(file, "utf8")).toContain(`= ${step.gate.i[0]}.\n`);
    expect(step.gate.i[0]).toBe(Math.round(2 ** 15 / (1 + Math.exp(-195.5 / 256))));
  });

  it("does a step of a GRU by hand as the model does", () => {
    const [step] = goldenSteps(ofGru, gru.network as GruNetwork, gru.sequences[0]);
    const nearest = (value: number, drop: number) => Math.ceil(value / 2 ** drop - 0.5);
    expect(step.acc.hx[0]).toBe(333 * 1024 * 16);
    expect(step.acc.hr[0]).toBe(1500 * 3000 + -900 * -1400);
    expect(step.q[0]).toBe(nearest(step.acc.hr[0] + 256 * 2 ** 12, 12));
    const { z, r, h } = step.gate;
    expect(step.z.h[0]).toBe(nearest((step.acc.hx[0] - 512 * 2 ** 12) * 8 + r[0] * step.q[0], 15));
    const mixed = (2 ** 15 - z[0]) * h[0] + z[0] * 1500 * 16;
    expect([step.c[0], step.y[0]]).toEqual([nearest(mixed, 19), nearest(mixed, 18)]);
    const page = readFileSync(file, "utf8");
    for (const value of [step.acc.hr[0], step.q[0], step.z.h[0], mixed, step.c[0], step.y[0]]) {
      expect(page.slice(page.indexOf("By hand, cell 0, the candidate"))).toContain(`${value}`);
    }
  });
});
