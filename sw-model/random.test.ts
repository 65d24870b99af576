import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());

describe("Random", () => {
  it("repeats for a seed and differs between seeds and streams", () => {
    expect(draws(new Random(5), 10)).toEqual(draws(new Random(5), 10));
    expect(draws(new Random(5), 10)).not.toEqual(draws(new Random(6), 10));
    expect(draws(new Random(5, 1), 10)).not.toEqual(draws(new Random(5), 10));
  });

  it("keeps its numbers: stored models and divisions of data hang on them", () => {
    expect(draws(new Random(1), 3).map((value) => Math.floor(value * 2 ** 32))).toMatchInlineSnapshot(`
      [
        2308299391,
        1950625580,
        354034397,
      ]
    `);
    expect(Array.from(new Random(1).permutation(8))).toMatchInlineSnapshot(`
      [
        6,
        7,
        1,
        2,
        5,
        0,
        3,
        4,
      ]
    `);
  });

  it("has the moments of its distributions", () => {
    const random = new Random(3);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const uniform = draws(random, 100_000);
    // Six standard errors either way.
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(6 * Math.sqrt(1 / 12 / 100_000));
    const normal = Array.from({ length: 100_000 }, () => random.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(6 / Math.sqrt(100_000));
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(6 * Math.sqrt(2 / 100_000));
  });

  it("permutes, every order about equally often", () => {
    const random = new Random(4);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values())
      expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(6000 * (1 / 6) * (5 / 6)));
  });
});
