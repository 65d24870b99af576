import { expect, it } from "vitest";
import { type StackHolder, stackText } from "./stack.ts";

function captured(): StackHolder {
  const holder: StackHolder = {};
  Error.captureStackTrace(holder);
  return holder;
}

it("gives the text that the engine gives, on the first way and on every later one", () => {
  const before = Error.prepareStackTrace;
  const pairs = [0, 1, 2].map(() => [captured, captured].map((capture) => capture()));
  for (const [own, ours] of pairs) expect(stackText(ours)).toBe(own.stack);
  expect(Error.prepareStackTrace).toBe(before);
});

it("tells ways apart that differ in one call", () => {
  const inner = () => captured();
  const texts = [stackText(inner()), stackText(inner()), stackText([1].map(inner)[0])];
  expect(new Set(texts).size).toBe(3);
});

it("gives the stack of an error", () => {
  expect(stackText(new Error("once"))).toContain("stack.test.ts");
});
