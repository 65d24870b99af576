import { expect, it } from "vitest";
import { comparable } from "../hdl/fixtures/comparable.ts";
import { elaborate, parseCircuit, printCircuit } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { catalog } from "./index.ts";

it.each(catalog.map((generator) => [generator.spec.name, generator] as const))(
  "%s: its circuit as text says all of it",
  (_, { module, spec }) => {
    const circuit = elaborate(module, resolveParameters(spec).parameters);
    expect(comparable(parseCircuit(printCircuit(circuit)))).toEqual(comparable(circuit));
  },
);
