import { expect, it } from "vitest";
import { nameAt } from "./declarators.ts";

/** The name at the place of `@`, which is not part of the text. */
const at = (marked: string) => nameAt(marked.replace("@", ""), marked.indexOf("@"))?.join(".");

it("takes the declarator in which the column stands", () => {
  expect(at("const sum = a.@add(b);")).toBe("sum");
  expect(at("  export const sum: UIntSignal<8> = a.@add(b);")).toBe("sum");
  expect(at("const sum = a.add(b), other = a.@sub(b);")).toBe("other");
  expect(at("const sum = a.@add(b), other = a.sub(b);")).toBe("sum");
  expect(at("const x: Map<string, number> = f(a.@add(b));")).toBe("x");
  expect(at("let text = f('=,'), other = a.@sub(b);")).toBe("other");
});

it("goes into lists and records that are written out, not into calls", () => {
  expect(at("const parts = { lo: a.@mul(c), hi: b.mul(d) };")).toBe("parts.lo");
  expect(at("const parts = { lo: a.mul(c), hi: b.@mul(d) };")).toBe("parts.hi");
  expect(at("const parts = { all: [a.mul(c), b.@mul(d)] };")).toBe("parts.all.1");
  expect(at("const [p0, p1] = [a.mul(b), c.@mul(d)];")).toBe("p1");
  expect(at("const terms = [a, b].map((x) => x.@add(1));")).toBe("terms");
  expect(at("const kept = m.reg('kept', { reset: a.@x() });")).toBe("kept");
});

it("ends with its statement, where several stand on a line", () => {
  expect(at("const extra = a.@xor(b); r.set(extra.add(b));")).toBe("extra");
  expect(at("const extra = a.xor(b); r.set(extra.@add(b));")).toBeUndefined();
  expect(at("const extra = a.xor(b); const more = extra.@add(b);")).toBe("more");
  expect(at("const extra = a.xor(b); @// said")).toBe("extra");
});

it("passes over comments", () => {
  expect(at("const /* of both */ sum /* = a, b */ = /* now */ a.@add(b);")).toBe("sum");
  expect(at("const sum = a.add(b), /* ( */ other /* : */ = a.@sub(b);")).toBe("other");
  expect(at("const sum = a.add(b); /* ; */ const other = a.@sub(b);")).toBe("other");
});

it("has none where none is given", () => {
  expect(at("const { a, b } = @split(c);")).toBeUndefined();
  expect(at("const [first] = @split(c);")).toBeUndefined();
});
