import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { describeSpec, resolveParameters } from "../parameters.ts";
import { parseSystolicOperation } from "../systolic/operation.ts";
import { systolicSpec } from "../systolic/spec.ts";
import { parseSrmacOperation } from "./operation.ts";
import { srmacSpec } from "./spec.ts";

const { parameters } = resolveParameters(srmacSpec);
const { parameters: array } = resolveParameters(systolicSpec);
const nearest = { ...parameters, rounding: "nearest" as const };

function refusal(work: () => unknown): { code: string; where?: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the specs", () => {
  it("have the defaults of the contract", () => {
    const mac = {
      width: 16,
      accWidth: 48,
      dropBits: 8,
      outWidth: 16,
      rounding: "stochastic",
      lfsrWidth: 16,
      stepsPerDraw: 1,
    };
    expect(parameters).toMatchObject(mac);
    expect(array).toMatchObject({ rows: 4, cols: 4, ...mac });
  });

  it("accept their presets", () => {
    for (const preset of Object.keys(srmacSpec.presets)) resolveParameters(srmacSpec, { preset });
    for (const preset of Object.keys(systolicSpec.presets)) resolveParameters(systolicSpec, { preset });
  });

  it.each([
    [["dropBits=20", "accWidth=19", "rounding=nearest"], "parameter-conflict", "dropBits = 20, accWidth = 19"],
    [["dropBits=17"], "parameter-conflict", "dropBits = 17, lfsrWidth = 16"],
    [["lfsrWidth=12"], "parameter-out-of-range", "lfsrWidth of srmac is 12; it must be one of 8, 16, 24, 32"],
    [["randomBits=9"], "parameter-conflict", "randomBits = 9, dropBits = 8, lfsrWidth = 16"],
    [
      ["dropBits=20", "randomBits=12", "lfsrWidth=8"],
      "parameter-conflict",
      "randomBits = 12, dropBits = 20, lfsrWidth = 8",
    ],
    [["bWidth=1"], "parameter-conflict", "bWidth = 1 of srmac cannot be: bWidth is 0, which stands for width"],
    [["stepsPerDraw=0"], "parameter-out-of-range", "stepsPerDraw of srmac is 0"],
    [["rounding=up"], "parameter-out-of-range", 'rounding of srmac is "up"'],
  ])("refuse %j", (sets, code, message) => {
    const error = refusal(() => resolveParameters(srmacSpec, { sets }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("let more bits be dropped than the LFSR has where nothing is drawn", () => {
    const sets = ["dropBits=17", "rounding=nearest"];
    expect(resolveParameters(srmacSpec, { sets }).parameters.dropBits).toBe(17);
  });

  it("list the widths of the LFSR", () => {
    const { parameters: listed } = describeSpec(srmacSpec);
    expect(listed.find(({ name }) => name === "lfsrWidth")).toMatchObject({ default: 16, values: [8, 16, 24, 32] });
  });
});

describe("parseSrmacOperation", () => {
  const dots = [
    { a: [1, -32768], b: [32767, 2] },
    { a: [], b: [] },
  ];

  it("reads what it should", () => {
    expect(parseSrmacOperation({ dots, seed: 65535 }, parameters)).toEqual({ dots, seed: 65535 });
    expect(parseSrmacOperation({ dots: [] }, nearest)).toEqual({ dots: [] });
    expect(parseSrmacOperation({ dots, seed: 0 }, nearest)).toEqual({ dots, seed: 0 });
  });

  it.each([
    [{ dots }, "wrong-shape", "$.seed"],
    [{ dots, seed: 0 }, "value-out-of-range", "$.seed"],
    [{ dots, seed: 65536 }, "value-out-of-range", "$.seed"],
    [{ dots, seed: -1 }, "value-out-of-range", "$.seed"],
    [{ dots, seed: 1.5 }, "wrong-shape", "$.seed"],
    [{ dots, seed: "1" }, "wrong-shape", "$.seed"],
    [{ dots, seed: 1, bias: 2 }, "wrong-shape", "$.bias"],
    [{ dots: {}, seed: 1 }, "wrong-shape", "$.dots"],
    [{ dots: [{ a: [1] }], seed: 1 }, "wrong-shape", "$.dots[0].b"],
    [{ dots: [{ a: [1], b: [1, 2] }], seed: 1 }, "wrong-shape", "$.dots[0].b"],
    [{ dots: [{ a: [1, 32768], b: [1, 2] }], seed: 1 }, "value-out-of-range", "$.dots[0].a[1]"],
    [{ dots: [{ a: [1, 2], b: [1, -32769] }], seed: 1 }, "value-out-of-range", "$.dots[0].b[1]"],
    [{ dots: [{ a: [1, null], b: [1, 2] }], seed: 1 }, "wrong-shape", "$.dots[0].a[1]"],
    [[], "wrong-shape", "$"],
  ])("refuses %j", (operation, code, where) => {
    expect(refusal(() => parseSrmacOperation(operation, parameters))).toMatchObject({ code, where });
  });
});

describe("operands of two widths", () => {
  it("each have their own range", () => {
    const wide = { ...parameters, width: 18, bWidth: 25 };
    const dots = [{ a: [2 ** 17 - 1], b: [-(2 ** 24)] }];
    expect(parseSrmacOperation({ dots, seed: 1 }, wide)).toEqual({ dots, seed: 1 });
    const [{ a, b }] = dots;
    const swapped = { dots: [{ a: b, b: a }], seed: 1 };
    const refused = { code: "value-out-of-range", where: "$.dots[0].a[0]" };
    expect(refusal(() => parseSrmacOperation(swapped, wide))).toMatchObject(refused);
    expect(refusal(() => parseSrmacOperation({ dots: [{ a, b: [2 ** 24] }], seed: 1 }, wide))).toMatchObject({
      code: "value-out-of-range",
      where: "$.dots[0].b[0]",
    });
  });
});

describe("parseSystolicOperation", () => {
  const a = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const b = [[1], [-2], [3]];

  it("reads what it should", () => {
    expect(parseSystolicOperation({ a, b, seed: 1 }, array)).toEqual({ a, b, seed: 1 });
    expect(parseSystolicOperation({ a: [], b, seed: 1 }, array)).toEqual({ a: [], b, seed: 1 });
  });

  it.each([
    [{ a, b }, "$.seed"],
    [{ a, b: [], seed: 1 }, "$.b"],
    [{ a, b: [[], [], []], seed: 1 }, "$.b[0]"],
    [{ a, b: [[1], [2, 3], [4]], seed: 1 }, "$.b[1]"],
    [{ a, b: [[1], [2]], seed: 1 }, "$.a[0]"],
    [
      {
        a: [
          [1, 2, 3],
          [1, 2],
        ],
        b,
        seed: 1,
      },
      "$.a[1]",
    ],
    [{ a: [[]], b, seed: 1 }, "$.a[0]"],
    [{ a: [1, 2, 3], b, seed: 1 }, "$.a[0]"],
    [{ a: "a", b, seed: 1 }, "$.a"],
    [{ a, seed: 1 }, "$.b"],
  ])("refuses the shape of %j", (operation, where) => {
    expect(refusal(() => parseSystolicOperation(operation, array))).toMatchObject({ code: "wrong-shape", where });
  });

  it.each([
    [{ a, b, seed: 0 }, "$.seed"],
    [{ a: [[1, 2, 40000]], b, seed: 1 }, "$.a[0][2]"],
    [{ a, b: [[1], [2], [-40000]], seed: 1 }, "$.b[2][0]"],
  ])("refuses the range of %j", (operation, where) => {
    expect(refusal(() => parseSystolicOperation(operation, array))).toMatchObject({
      code: "value-out-of-range",
      where,
    });
  });
});
