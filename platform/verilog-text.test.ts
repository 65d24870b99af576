import fc from "fast-check";
import { expect, it } from "vitest";
import { placesIn, plainPlace, withBlanks, withoutComments } from "./verilog-text.ts";

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

it("keeps every place where comments and strings stood, and tells it by the labels", () => {
  const text = '`line 7 "two%20words.v" 0\na; // $finish;\nb "$stop; \\" //"; $finish;\n`line 1 "c.v" 0\n$finish;';
  const blanked = withBlanks(text);
  expect(blanked.length).toBe(text.length);
  const places = Array.from(blanked.matchAll(/\$\w+;/g), ({ index }) => plainPlace(placesIn(text, "none.v")(index)));
  expect(places).toEqual(["two words.v:8", "c.v:1"]);
  expect(placesIn("x\ny", "none.v")(2)).toBe("none.v:2");
});
