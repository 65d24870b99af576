/** What the type checker accepts also builds. */
import { expect, it } from "vitest";
import { defineModule, elaborate, input, output, sint, stream, uint } from "../index.ts";
import { anyWidth, scale } from "./modules.ts";

it("accepts what is right", () => {
  const user = defineModule("user", (_: Record<string, never>) => ({
    ports: {
      a: input(sint(8)),
      x: input(uint(5)),
      words: input(stream(uint(5))),
      q: output(sint(8)),
      y: output(uint(5)),
    },
    build({ a, x, words, q, y }, m) {
      const { q: scaled } = m.inst("scale", scale, {}, { a, factor: 3, on: true });
      q.set(scaled);
      // The width of a parameter is not known to the type checker, so any width passes here and elaboration decides.
      y.set(m.inst("any", anyWidth, { width: 5 }, { x, words }).y);
    },
  }));
  expect(elaborate(user, {}).top).toBe("user");
});
