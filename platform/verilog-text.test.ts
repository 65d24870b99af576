import fc from "fast-check";
import { expect, it } from "vitest";
import { withoutComments } from "./verilog-text.ts";

it("takes comments away and leaves strings alone", () => {
  const text = 'a = b; // mac.ts:3\n/* two\nlines */ $display("// no comment /* here", "\\"//");   \nc = d / e;';
  expect(withoutComments(text)).toBe('a = b;\n  $display("// no comment /* here", "\\"//");\nc = d / e;');
});

it("does not see what stands in a comment", () => {
  const line = fc.stringMatching(/^[ -~]*$/);
  fc.assert(
    fc.property(line, line, (one, two) => {
      expect(withoutComments(`a;//${one}\nb;`)).toBe(withoutComments(`a;//${two}\nb;`));
    }),
  );
});
