import { UserError } from "../../sw-model/errors.ts";
import type { DesignUnderTest } from "../simulation.ts";
import type { ForeignInterface, ForeignPort } from "./interface.ts";

/** Which inputs are no data. Those that are not told are found by their names. */
export interface ControlOptions {
  /** The clock: by default the input called `clock`, `clk`, `aclk`, `clk_i` or `i_clk`. `null`: there is none. */
  readonly clock?: string | null;
  /** Clocks of a design with several: they, and the resets, stay among the ports (see `DesignUnderTest.clocks`). */
  readonly clocks?: readonly string[];
  /**
   * The reset, synchronous or not: by default the input called `reset`, `rst`, `areset` or `arst`, active while low with an `n`
   * behind (`rst_n`, `aresetn`, `rst_ni`). `null`: the design has none, or the test drives it.
   */
  readonly reset?: { readonly name: string; readonly activeLow?: boolean } | null;
}

type Controls = Pick<DesignUnderTest, "clock" | "clocks" | "reset" | "resetActiveLow">;

const clockNames = /^(a?clk|clock|clk_i|i_clk)$/i;
const resetNames = /^(?:i_)?a?(?:reset|rst)(_?n)?(?:_?i)?$/i;

/** The clock and reset of a design. */
export function findControls(top: string, outside: ForeignInterface, options: ControlOptions): Controls {
  const inputs = outside.ports.filter(({ direction, width }) => direction === "input" && width === 1);
  const named = (name: string, what: string) =>
    inputs.find((port) => port.name === name)?.name ?? noSuchInput(top, name, what, inputs);
  if (options.clocks !== undefined) return { clocks: options.clocks.map((name) => named(name, "clock")) };
  const clock = options.clock === undefined ? guessClock(top, outside, inputs) : options.clock;
  const reset = options.reset === undefined ? guessReset(top, inputs) : options.reset;
  return {
    ...(clock === null ? {} : { clock: named(clock, "clock") }),
    ...(reset === null ? {} : { reset: named(reset.name, "reset") }),
    ...(reset?.activeLow ? { resetActiveLow: true } : {}),
  };
}

function guessClock(top: string, { clocked }: ForeignInterface, inputs: readonly ForeignPort[]): string | null {
  const found = inputs.filter(({ name }) => clockNames.test(name)).map(({ name }) => name);
  if (found.length === 1) return found[0];
  if (found.length === 0 && !clocked) return null;
  throw new UserError({
    code: "which-clock",
    message:
      found.length > 1
        ? `${top} has several inputs that may be the clock`
        : `no input of ${top} is called as a clock is`,
    where: top,
    expected: "the option clock, or clocks where there are several",
    found: list(found.length > 1 ? found : inputs.map(({ name }) => name)),
  });
}

function guessReset(top: string, inputs: readonly ForeignPort[]): NonNullable<ControlOptions["reset"]> | null {
  const found = inputs.flatMap(({ name }) => {
    const match = resetNames.exec(name);
    return match === null ? [] : [{ name, activeLow: match[1] !== undefined }];
  });
  if (found.length < 2) return found[0] ?? null;
  throw new UserError({
    code: "which-reset",
    message: `${top} has several inputs that may be the reset`,
    where: top,
    expected: "the option reset, null where the test drives them",
    found: list(found.map(({ name }) => name)),
  });
}

function noSuchInput(top: string, name: string, what: string, inputs: readonly ForeignPort[]): never {
  throw new UserError({
    code: "unknown-port",
    message: `${top} has no input ${name} of 1 bit to be the ${what}`,
    where: `${top}.${name}`,
    expected: `one of ${list(inputs.map((port) => port.name))}`,
    found: name,
  });
}

const list = (names: readonly string[]) => (names.length === 0 ? "no input of 1 bit" : names.join(", "));
