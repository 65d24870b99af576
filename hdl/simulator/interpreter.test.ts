/** The oracle: what descriptions share it computes once, and misuse is an error with a code. */
import { describe, expect, it } from "vitest";
import { defineModule, elaborate, Interpreter, input, output, Simulator, sint, uint } from "../index.ts";
import { evaluate } from "./evaluate.ts";

/** Each round uses the one before four times, so that a tree of `n` rounds has 4^n leaves. */
const hash = defineModule("hash", (p: { rounds: number }) => ({
  ports: { x: input(uint(16)), q: output(uint(16)) },
  build({ x, q }) {
    let s = x.addWrap(0x9e37);
    for (let i = 0; i < p.rounds; i++) s = s.xor(s.shiftRight(3).extend(16)).addWrap(s);
    q.set(s);
  },
}));

function hashed(x: number, rounds: number): number {
  let s = (x + 0x9e37) & 0xffff;
  for (let i = 0; i < rounds; i++) s = ((s ^ (s >> 3)) + s) & 0xffff;
  return s;
}

describe("the interpreter", () => {
  it("computes once what is shared", () => {
    const [{ items }] = elaborate(hash, { rounds: 6 }).modules;
    const driver = items.find((item) => item.kind === "wire" && item.output);
    if (driver?.kind !== "wire") throw new Error("no wire drives q");
    let reads = 0;
    const value = evaluate(driver.value, () => {
      reads++;
      return 5n;
    });
    expect([Number(value), reads]).toEqual([hashed(5, 6), 1]);

    const circuit = elaborate(hash, { rounds: 60 });
    for (const engine of [new Interpreter(circuit), new Simulator(circuit)]) {
      engine.poke("x", 5);
      expect(Number(engine.peek("q"))).toBe(hashed(5, 60));
    }
  });

  const probe = defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(uint(3)), b: input(sint(3)), q: output(uint(3)) },
    build({ a, b, q }, m) {
      const kept = m.reg("kept", uint(3), { reset: 0 });
      kept.set(a.xor(b.asUint()));
      q.set(kept);
    },
  }));

  it("refuses what the compiled engine refuses, in the same words", () => {
    const circuit = elaborate(probe, {});
    const misuses: ((engine: Interpreter | Simulator) => unknown)[] = [
      (engine) => engine.poke("a", 8),
      (engine) => engine.poke("a", 99n),
      (engine) => engine.poke("a", -1),
      (engine) => engine.poke("b", -5n),
      (engine) => engine.poke("a", 0.5),
      (engine) => engine.poke("a", "1" as never),
      (engine) => engine.poke("q", 3),
      (engine) => engine.poke("aa", 3),
      (engine) => engine.peek("p"),
      (engine) => engine.peekPath("nope"),
    ];
    const engines = [new Interpreter(circuit), new Simulator(circuit)];
    const told = engines.map((engine) => misuses.map((misuse) => codeAndMessage(() => misuse(engine))));
    expect(told[0]).toEqual(told[1]);
    expect(told[0].map(([code]) => code)).toEqual([
      ...Array(6).fill("literal-out-of-range"),
      ...Array(3).fill("unknown-port"),
      "unknown-net",
    ]);
    expect(codeAndMessage(() => engines[0].step(1, ["clok"]))).toEqual(["unknown-port", 'There is no clock "clok".']);
  });

  it("takes numbers and bit patterns", () => {
    const oracle = new Interpreter(elaborate(probe, {}));
    oracle.poke("b", 7);
    expect(oracle.peek("b")).toBe(-1n);
    oracle.poke("b", -4);
    expect(oracle.peek("b")).toBe(-4n);
  });
});

function codeAndMessage(misuse: () => unknown): readonly unknown[] {
  try {
    misuse();
  } catch (error) {
    const { code, details } = error as { code: string; details: { message: string } };
    return [code, details.message];
  }
  return ["accepted"];
}
