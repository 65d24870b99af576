import { withoutComments } from "../platform/verilog-text.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** What a build depends on: without the comments of our own Verilog, but with those of other, whose lines messages name. */
export const codeOf = ({ circuit, verilog }: DesignUnderTest): string =>
  circuit === undefined ? verilog : withoutComments(verilog);
