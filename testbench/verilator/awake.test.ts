import { describe, expect, it } from "vitest";
import { Awake } from "./awake.ts";

/** A loop of events whose clock, in milliseconds, moves when it is told to. */
function loopOfEvents() {
  let [time, next] = [1_000, [] as (() => void)[]];
  const awake = new Awake(
    () => time,
    (look) => void next.push(look),
  );
  return {
    awake,
    stays: () => next.length > 0,
    pass(milliseconds: number) {
      time += milliseconds;
      const now = next;
      next = [];
      for (const look of now) look();
    },
  };
}

/** How many of the answers were waited for awake, which took so long, and the client as long as `between`. */
function awakeFor(turns: number, took: { asleep: number; awake: number; between: number }, ahead = 0): number {
  const { awake, stays, pass } = loopOfEvents();
  for (let i = 0; i < ahead; i++) awake.asked();
  let count = 0;
  for (let turn = 0; turn < turns; turn++) {
    pass(took.between);
    awake.asked();
    const staying = stays();
    if (staying) count++;
    pass((staying ? took.awake : took.asleep) / 2);
    expect(stays()).toBe(staying);
    pass((staying ? took.awake : took.asleep) / 2);
    awake.answered();
  }
  return count;
}

describe("waiting for answers", () => {
  const [tried, kept] = [64, 2048];

  it("stays awake where that is faster, after a try of each way, and tries again", () => {
    const rounds = (count: number) =>
      awakeFor(count * (2 * tried + kept), { asleep: 0.09, awake: 0.05, between: 0.02 });
    expect(rounds(1)).toBe(tried + kept);
    expect(rounds(4)).toBe(4 * (tried + kept));
  });

  it("sleeps where that is faster", () => {
    expect(awakeFor(2 * tried + kept, { asleep: 0.05, awake: 0.09, between: 0.02 })).toBe(tried);
  });

  it("sleeps where nobody takes turns: questions come now and then, or ahead of the answers", () => {
    expect(awakeFor(2000, { asleep: 0.09, awake: 0.05, between: 1 })).toBe(0);
    expect(awakeFor(2000, { asleep: 0.09, awake: 0.05, between: 0.02 }, 1)).toBe(0);
  });

  it("does not stay awake for a long answer", () => {
    const { awake, stays, pass } = loopOfEvents();
    for (let turn = 0; turn < tried; turn++) {
      awake.asked();
      pass(0.05);
      awake.answered();
    }
    awake.asked();
    pass(0.2);
    expect(stays()).toBe(true);
    pass(0.2);
    expect(stays()).toBe(false);
  });
});
