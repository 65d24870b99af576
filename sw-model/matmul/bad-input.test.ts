import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { parseSrmacOperation } from "../srmac/operation.ts";
import { srmacSpec } from "../srmac/spec.ts";
import { parseSystolicOperation } from "../systolic/operation.ts";
import { systolicSpec } from "../systolic/spec.ts";
import { parseMatmulOperation } from "./operation.ts";
import { matmulSpec } from "./spec.ts";

const parsers = {
  srmac: (value: unknown, sets: string[]) =>
    parseSrmacOperation(value, resolveParameters(srmacSpec, { sets }).parameters),
  systolic: (value: unknown, sets: string[]) =>
    parseSystolicOperation(value, resolveParameters(systolicSpec, { sets }).parameters),
  matmul: (value: unknown, sets: string[]) =>
    parseMatmulOperation(value, resolveParameters(matmulSpec, { sets }).parameters),
};
type Name = keyof typeof parsers;

/** The product of two values, as the operation of a generator. */
const product = (name: Name, a: number, b: number) =>
  name === "srmac" ? { dots: [{ a: [a], b: [b] }], seed: 1 } : { a: [[a]], b: [[b]], seed: 1 };

function refused(name: Name, value: unknown, sets: string[] = []) {
  try {
    parsers[name](value, sets);
  } catch (error) {
    if (error instanceof UserError) return { code: error.details.code, message: error.message };
    throw error;
  }
  throw new Error("the operation was taken");
}

describe.each(["srmac", "systolic", "matmul"] as const)("%s refuses", (name) => {
  it("a number that is too large for a double as out of range", () => {
    const { code, message } = refused(name, product(name, 1, JSON.parse("1e400")));
    expect(code).toBe("value-out-of-range");
    expect(message).toContain("-32768");
  });

  it("a missing seed, with the range of one", () => {
    const { seed: _, ...rest } = product(name, 1, 1);
    const { code, message } = refused(name, rest);
    expect(code).toBe("wrong-shape");
    expect(message).toContain("an integer from 1 to 65535: stochastic rounding needs a seed");
  });

  it("a value of b, naming the parameter that sets its width", () => {
    const message = (sets: string[]) => refused(name, product(name, 1, 300), sets).message;
    expect(message(["width=8"])).toMatch(/8 bits signed, width\b/);
    expect(message(["width=8", "bWidth=8"])).toMatch(/8 bits signed, bWidth\b/);
  });
});

it.each(["systolic", "matmul"] as const)("%s refuses rows of different lengths, saying which one counts", (name) => {
  const { message } = refused(name, { a: [[1, 2]], b: [[1, 2], [3]], seed: 1 });
  expect(message).toContain("as many as the first row has");
});
