import type { EieParameters } from "../sw-model/eie/spec.ts";
import type { EieConnection } from "../testbench/drivers/eie-host.ts";
import { eieChains } from "./eie-chains.ts";
import { eieParts } from "./eie-parts.ts";
import { eitherOf } from "./further.ts";

/** What a check of the array does between single operations. */
export const eieFurther = (connect: (parameters: EieParameters) => EieConnection) =>
  eitherOf(eieChains(connect), eieParts(connect));
