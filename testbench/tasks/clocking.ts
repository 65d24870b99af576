import { UserError } from "../../sw-model/errors.ts";
import type { Command, DesignUnderTest } from "../simulation.ts";

/** A clock of a design with several, in units of time of one's choice: it rises at `phase` + n · `period`, the first time at 0 or later. */
export interface ClockPeriod {
  readonly period: number;
  /** Default 0. */
  readonly phase?: number;
}

/** When which clocks rise. */
export interface Clocking {
  /** Names of the clocks; one without a name where the engine keeps it. */
  readonly names: readonly string[];
  /** Those that rise next, at the same moment. */
  next(): readonly string[];
  /** Whether edges of one clock may be told as a number. */
  readonly counted: boolean;
  /** Whether edges change nothing: there is no clock. */
  readonly still: boolean;
  /** What makes these rise, so often; and what time does until then. */
  commands(rising: readonly string[], count: number): Command[];
}

/** The clock of a design with one, or the rows of one without. */
const single = ({ clock }: DesignUnderTest): Clocking => ({
  names: [""],
  next: () => [""],
  counted: true,
  still: clock === undefined,
  commands: (_, count) => [{ kind: "step", cycles: count }],
});

/** The clocks of a design. */
export function clockingOf(design: DesignUnderTest, periods: Readonly<Record<string, ClockPeriod>> = {}): Clocking {
  const wanted = design.clocks ?? [];
  const given = Object.keys(periods);
  const wrong = [...given.filter((name) => !wanted.includes(name)), ...wanted.filter((name) => !given.includes(name))];
  if (wrong.length > 0) {
    throw new UserError({
      code: "bad-clocks",
      message: `the clocks of ${design.top} are not those that were given periods`,
      where: design.top,
      expected: wanted.length === 0 ? "no periods: it has one clock at most" : `a period for ${wanted.join(", ")}`,
      found: given.join(", ") || "none",
    });
  }
  if (wanted.length === 0) return single(design);
  for (const [name, { period, phase = 0 }] of Object.entries(periods)) {
    if (Number.isSafeInteger(period) && period >= 2 && Number.isSafeInteger(phase) && phase >= 0) continue;
    throw new UserError({
      code: "bad-clocks",
      message: `clock ${name} cannot have this period`,
      where: name,
      expected: "a whole period of 2 or more and a whole phase of 0 or more",
      found: `period ${period}, phase ${phase}`,
    });
  }
  return severalClocks(periods);
}

function severalClocks(periods: Readonly<Record<string, ClockPeriod>>): Clocking {
  const clocks = Object.entries(periods).map(([name, { period, phase = 0 }]) => ({
    name,
    half: Math.floor(period / 2),
    period,
    rises: phase,
    /** Only while it is high. */
    falls: Number.POSITIVE_INFINITY,
  }));
  const nextRise = () => Math.min(...clocks.map(({ rises }) => rises));
  return {
    names: clocks.map(({ name }) => name),
    counted: false,
    still: false,
    next: () => clocks.filter(({ rises }) => rises === nextRise()).map(({ name }) => name),
    commands(rising) {
      const now = nextRise();
      for (const clock of clocks) if (clock.falls <= now) clock.falls = Number.POSITIVE_INFINITY;
      const levels = () => clocks.map(({ falls }) => (falls === Number.POSITIVE_INFINITY ? 0 : 1));
      // In a row of their own, so that what was set before the edge has settled when it comes.
      const before = levels();
      for (const clock of clocks.filter(({ name }) => rising.includes(name))) {
        clock.falls = now + clock.half;
        clock.rises = now + clock.period;
      }
      return [{ kind: "batch", inputs: clocks.map(({ name }) => name), rows: [before, levels()], outputs: [] }];
    },
  };
}
