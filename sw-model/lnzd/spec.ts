import { z } from "zod";
import { type GeneratorSpec, integer } from "../spec.ts";

const schema = z.object({
  inputs: integer({ min: 1, max: 1024, default: 16 }, { unit: "value", help: "values that are searched at once" }),
  width: integer({ min: 1, max: 64, default: 16 }, { unit: "bit", help: "width of each unsigned value" }),
});

export type LnzdParameters = z.infer<typeof schema>;

/** Leading-nonzero detector of EIE (section IV): combinational, finds the first nonzero among `inputs` values. */
export const lnzdSpec: GeneratorSpec<LnzdParameters> = {
  name: "lnzd",
  summary: "leading-nonzero detector: first nonzero of a vector, its index and value (EIE, section IV)",
  schema,
  rules: [],
  presets: {
    small: { summary: "two inputs of four bits", parameters: { inputs: 2, width: 4 } },
    paper: { summary: "one node of EIE's quadtree: four activations of 16 bits", parameters: { inputs: 4, width: 16 } },
  },
};
