import { describe, expect, it } from "vitest";
import { zeroBits } from "../binary/bits.ts";
import { accountOf, readEnergy } from "./account.ts";

describe("accountOf", () => {
  it("adds up by hand for one layer", () => {
    const { macs, float, binary } = accountOf([{ weights: zeroBits(64, 100) }]);
    expect(macs).toBe(6400);
    // 25,600 bytes fit the memory of 32 KB, 800 bytes the one of 8 KB: 3,200 and 100 reads of 64 bits.
    expect(float).toEqual({
      weightBytes: 25600,
      arithmeticPj: expect.closeTo(6400 * 4.6, 6),
      readPj: 3200 * 20,
      totalPj: expect.closeTo(6400 * 4.6 + 64000, 6),
    });
    expect(binary).toEqual({ weightBytes: 800, arithmeticPj: 24, readPj: 1000, totalPj: 1024 });
  });

  it("reads 32 times less, whatever the memory", () => {
    for (const rows of [1, 100, 5000]) {
      const { float, binary } = accountOf([{ weights: zeroBits(rows, 64) }]);
      expect(float.weightBytes).toBe(32 * binary.weightBytes);
      expect(float.readPj).toBeGreaterThanOrEqual(32 * binary.readPj);
    }
  });
});

describe("readEnergy", () => {
  it("takes the smallest memory that holds everything", () => {
    expect([8192, 8200, 32768, 2 ** 20, 2 ** 20 + 8].map((bytes) => readEnergy(bytes) / (bytes / 8))).toEqual([
      10, 20, 20, 100, 1300,
    ]);
  });
});
