/** Cases of a switch whose words every JavaScript object has. */
import { describe, expect, it } from "vitest";
import { defineModule, elaborate, enumOf, input, output, simulate, uint } from "../index.ts";

const word = enumOf("toString", "valueOf", "run");

describe("a switch over words that every JavaScript object has", () => {
  it("takes the default for those that no case names", () => {
    const some = defineModule("some", (_: Record<never, never>) => ({
      ports: { word: input(word), q: output(uint(2)) },
      build({ word, q }, m) {
        m.switch(word, { run: () => q.set(1), default: () => q.set(2) });
      },
    }));
    const dut = simulate(some, {});
    const seen = (["toString", "valueOf", "run"] as const).map((value) => {
      dut.in.word = value;
      return dut.out.q;
    });
    expect(seen).toEqual([2, 2, 1]);
  });

  it("takes the cases that name them", () => {
    const all = defineModule("all", (_: Record<never, never>) => ({
      ports: { word: input(word), q: output(uint(2)) },
      build({ word, q }, m) {
        m.switch(word, { toString: () => q.set(0), valueOf: () => q.set(1), run: () => q.set(2) });
      },
    }));
    const dut = simulate(all, {});
    const seen = (["toString", "valueOf", "run"] as const).map((value) => {
      dut.in.word = value;
      return dut.out.q;
    });
    expect(seen).toEqual([0, 1, 2]);
  });

  it("misses the cases that are not there", () => {
    const lacking = defineModule("lacking", (_: Record<never, never>) => ({
      ports: { word: input(word), q: output(uint(2)) },
      build({ word, q }, m) {
        q.set(0);
        m.switch(word, { run: () => q.set(1) } as never);
      },
    }));
    expect(() => elaborate(lacking, {})).toThrow(/lacks toString, valueOf\./);
  });
});
