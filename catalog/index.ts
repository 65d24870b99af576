import { nearestNames, UserError } from "../sw-model/errors.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { bnnGenerator } from "./bnn.ts";
import { eieGenerator } from "./eie.ts";
import { eieAxiGenerator } from "./eieaxi.ts";
import { eseGenerator } from "./ese.ts";
import { eseAxiGenerator } from "./eseaxi.ts";
import type { AnyGenerator } from "./generator.ts";
import { lnzdGenerator } from "./lnzd.ts";
import { lnzdScanGenerator } from "./lnzdscan.ts";
import { lnzdTreeGenerator } from "./lnzdtree.ts";
import { matmulGenerator } from "./matmul.ts";
import { planesGenerator } from "./planes.ts";
import { srmacGenerator } from "./srmac.ts";
import { systolicGenerator } from "./systolic.ts";
import { xnorGenerator } from "./xnor.ts";

/** Every generator. Adding one adds a line here. */
export const catalog: readonly AnyGenerator[] = [
  lnzdGenerator,
  lnzdTreeGenerator,
  lnzdScanGenerator,
  xnorGenerator,
  bnnGenerator,
  bcnnGenerator,
  planesGenerator,
  srmacGenerator,
  systolicGenerator,
  matmulGenerator,
  eieGenerator,
  eieAxiGenerator,
  eseGenerator,
  eseAxiGenerator,
];

/** The generator of this name. Throws unknown-generator with the nearest names. */
export function generatorNamed(name: string): AnyGenerator {
  const found = catalog.find(({ spec }) => spec.name === name);
  if (found) return found;
  const names = catalog.map(({ spec }) => spec.name);
  const near = nearestNames(name, names);
  throw new UserError({
    code: "unknown-generator",
    message: `there is no generator "${name}"`,
    where: name,
    expected: `one of ${names.join(", ")}`,
    found: name,
    hint: `${near.length > 0 ? `did you mean ${near.join(" or ")}? ` : ""}"whittle list" shows all generators`,
  });
}
