/** How much of what there is was covered. */
import type { CoverageData, GroupCoverage, SignalCoverage } from "./data.ts";

/** What was met at least once, and all that there is. */
export interface Share {
  readonly hit: number;
  readonly of: number;
}

/** Only what was counted at all is there. */
export interface CoverageSummary {
  readonly runs: number;
  /** Arms of `when`, `switch` and `fsm`. */
  readonly arms?: Share;
  /** Lines of TypeScript that stand in arms. */
  readonly lines?: Share;
  readonly covers?: Share;
  /** Blocks and branches of Verilog. */
  readonly branches?: Share;
  /** Bits of nets that changed. */
  readonly toggles?: Share;
  /** Bins of groups, of their crosses too. */
  readonly bins?: Share;
}

/** The share of counts above 0. */
export function shareOf(counts: readonly { readonly count: number }[]): Share {
  return { hit: counts.filter(({ count }) => count > 0).length, of: counts.length };
}

export function bitsOf({ bits }: SignalCoverage): Share {
  return shareOf(Object.values(bits).map((count) => ({ count })));
}

export const binsOf = ({ points, crosses }: GroupCoverage): Share =>
  shareOf([...points, ...crosses].flatMap(({ bins }) => bins));

/** The figures of what was counted. */
export function summaryOf({ runs, typescript, verilog, groups }: CoverageData): CoverageSummary {
  const kept = (name: string, share: Share) => (share.of === 0 ? {} : { [name]: share });
  return {
    runs,
    ...kept("arms", shareOf(typescript.flatMap(({ arms }) => arms))),
    ...kept("lines", shareOf(typescript.flatMap(({ lines }) => lines))),
    ...kept("covers", shareOf(typescript.flatMap(({ covers }) => covers))),
    ...kept("branches", shareOf(verilog.flatMap(({ points }) => points))),
    ...kept("toggles", total(verilog.flatMap(({ signals }) => signals).map(bitsOf))),
    ...kept("bins", total(groups.map(binsOf))),
  };
}

function total(shares: readonly Share[]): Share {
  return shares.reduce((sum, { hit, of }) => ({ hit: sum.hit + hit, of: sum.of + of }), { hit: 0, of: 0 });
}

const words = {
  arms: "arms taken",
  lines: "lines in arms run",
  covers: "covers met",
  branches: "lines and branches of Verilog run",
  toggles: "bits toggled",
  bins: "bins met",
} as const;

/** The parts of a summary as sentences: `5 of 6 arms taken`. */
export function summaryWords(summary: CoverageSummary): { readonly share: Share; readonly words: string }[] {
  return (Object.keys(words) as (keyof typeof words)[]).flatMap((name) => {
    const share = summary[name];
    return share ? [{ share, words: `${share.hit} of ${share.of} ${words[name]}` }] : [];
  });
}
