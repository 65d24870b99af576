import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { geometriesOf } from "./shape.ts";

const input = { width: 8, height: 6, channels: 1 };
const convolution = { kernel: 3, stride: 1, pool: 2 };

describe("geometriesOf", () => {
  it("has a map of one place for dense layers", () => {
    const [first, second] = geometriesOf({ sizes: [7, 5, 3] });
    expect(first).toMatchObject({ kernel: 0, items: 1, itemBits: 7, outputs: 5 });
    expect(second).toMatchObject({ itemBits: 5, output: { width: 1, height: 1, channels: 3 } });
  });

  it("follows the maps through convolutions, pools and the first dense layer", () => {
    const geometries = geometriesOf({ sizes: [48, 8, 4], convolutions: { input, layers: [convolution] } });
    expect(geometries[0]).toMatchObject({ itemBits: 9, map: { width: 6, height: 4 }, output: { width: 3, height: 2 } });
    expect(geometries[1]).toMatchObject({ kernel: 0, items: 6, itemBits: 8, outputs: 4 });
  });

  it.each<[string, Parameters<typeof geometriesOf>[0], string]>([
    ["another number of inputs", { sizes: [49, 8, 4], convolutions: { input, layers: [convolution] } }, "sizes[0]"],
    ["odd channels", { sizes: [48, 6, 4], convolutions: { input, layers: [convolution] } }, "sizes[1]"],
    ["no dense layer", { sizes: [48, 8], convolutions: { input, layers: [convolution] } }, "convolutions.layers"],
    [
      "a kernel that is too large",
      { sizes: [48, 8, 4], convolutions: { input, layers: [{ ...convolution, kernel: 7 }] } },
      "convolutions.layers[0]",
    ],
    [
      "a pool that is too large",
      { sizes: [48, 8, 4], convolutions: { input, layers: [{ ...convolution, pool: 5 }] } },
      "convolutions.layers[0]",
    ],
  ])("refuses %s", (_, shape, where) => {
    expect(() => geometriesOf(shape)).toThrow(UserError);
    try {
      geometriesOf(shape);
    } catch (error) {
      expect((error as UserError).details).toMatchObject({ code: "wrong-shape", where });
    }
  });
});
