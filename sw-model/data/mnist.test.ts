import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { imageOf, loadMnist, pixels, splitSizes } from "./mnist.ts";

const data = loadMnist();
const sets = Object.entries(data);
/** An image as text, to compare images. */
const key = (image: Float32Array) => Buffer.from(image.buffer, image.byteOffset, image.byteLength).toString("base64");

describe("loadMnist", () => {
  it("divides the digits as stated", () => {
    expect(Object.fromEntries(sets.map(([name, { count }]) => [name, count]))).toEqual(splitSizes);
  });

  it("has every digit in every set, in its share, with values from 0 to 1", () => {
    for (const [, { labels, images, count }] of sets) {
      for (let label = 0; label < 10; label++) {
        const share = labels.filter((value) => value === label).length / count;
        expect(share).toBeGreaterThan(0.07);
        expect(share).toBeLessThan(0.14);
      }
      expect(images.length).toBe(count * pixels);
      expect(images.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  it("keeps the test digits out of training and validation", () => {
    const seen = new Set<string>();
    for (const set of [data.train, data.validation]) {
      for (let i = 0; i < set.count; i++) seen.add(key(imageOf(set, i)));
    }
    const leaked = Array.from({ length: data.test.count }, (_, i) => key(imageOf(data.test, i))).filter((k) =>
      seen.has(k),
    );
    expect(leaked).toEqual([]);
  });

  it("labels what the images show: a mean image per label recognises most test digits", () => {
    const means = Array.from({ length: 10 }, (_, label) => {
      const mean = new Float64Array(pixels);
      data.train.labels.forEach((value, i) => {
        if (value === label)
          imageOf(data.train, i).forEach((ink, p) => {
            mean[p] += ink;
          });
      });
      const norm = Math.hypot(...mean);
      return mean.map((ink) => ink / norm);
    });
    let right = 0;
    for (let i = 0; i < data.test.count; i++) {
      const image = imageOf(data.test, i);
      const scores = means.map((mean) => mean.reduce((sum, ink, p) => sum + ink * image[p], 0));
      if (scores.indexOf(Math.max(...scores)) === data.test.labels[i]) right++;
    }
    expect(right / data.test.count).toBeGreaterThan(0.75);
  });

  it("is a missing tool where the package is not installed", () => {
    try {
      loadMnist("no-such-digits");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ exitStatus: 3, details: { code: "missing-package" } });
    }
  });
});
