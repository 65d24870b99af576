import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { here } from "../position.ts";
import { checkName, freeName } from "./naming.ts";

const accepts = (name: string): boolean => {
  try {
    checkName("wire", name, here());
    return true;
  } catch {
    return false;
  }
};

describe("names", () => {
  it("of ports are no words of C++; other names may be", () => {
    expect(() => checkName("output", "short", here())).toThrow(
      /"short" cannot name a port\. \[illegal-name\][\s\S]* {2}expected: a name that is no word of C\+\+, into which Verilator turns ports/,
    );
    expect(() => checkName("port", "queue", here())).toThrow("illegal-name");
    expect(accepts("short")).toBe(true);
  });

  it("are letters, digits and underscores, and no keyword of either language", () => {
    for (const name of ["a", "readRow", "x_0", "Begin", "_"])
      expect([name, accepts(name)]).toEqual([name, name !== "_"]);
    for (const name of ["", "0a", "a-b", "a b", "a.b", "ä", "$a", "module", "logic", "reg", "always_ff"])
      expect([name, accepts(name)]).toEqual([name, false]);
  });

  it("are made unique without changing those that are free", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "a_2", "a_3", "b", "wire"), { maxLength: 20 }), (wanted) => {
        const taken = new Set<string>();
        const given = wanted.map((name) => freeName(name, taken));
        expect(new Set(given).size).toBe(wanted.length);
        for (const name of given) expect(accepts(name)).toBe(true);
        wanted.forEach((name, i) => {
          if (!given.slice(0, i).includes(name) && name !== "wire") expect(given[i]).toBe(name);
        });
      }),
    );
  });
});
