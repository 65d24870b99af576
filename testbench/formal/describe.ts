import type { Counterexample, Proof } from "./prove.ts";

/** A proof for people: what holds, or what fails where, with a table of values. */
export function describeProof(proof: Proof): string {
  const { top, outcome, depth, strength, assertions, covers, counterexample } = proof;
  const many = `${assertions.length} ${assertions.length === 1 ? "assertion" : "assertions"}`;
  const edges = `${depth} ${depth === 1 ? "edge" : "edges"}`;
  const holding = `${many} ${assertions.length === 1 ? "holds" : "hold"} for ${edges}`;
  const reached = [...(covers ?? [])].filter(([, step]) => step !== undefined).length;
  const bounded =
    assertions.length === 0 ? `no assertion; ${reached} of ${covers?.size} covers reached within ${edges}` : holding;
  const first = {
    proven: `${top}: ${many} proven (induction over ${strength} ${strength === 1 ? "edge" : "edges"})`,
    bounded: `${top}: ${bounded}`,
    refuted: `${top}: refuted`,
    undecided: `${top}: ${holding}, but not by induction`,
  }[outcome];
  const unreached = [...(covers ?? [])].filter(([, step]) => step === undefined);
  return [
    first,
    ...unreached.map(([path]) => `  cover ${path} is not reached within ${edges}`),
    ...(counterexample ? describeCounterexample(counterexample).map((line) => `  ${line}`) : []),
  ].join("\n");
}

const openings = {
  "beyond its end": (memory: string) => `it reads ${memory} beyond its end, which is 0 in the simulator`,
  "read while written": (memory: string) =>
    `it reads a word of ${memory} that is written at the same edge, with underWrite: "undefined"`,
  "written twice": (memory: string) => `two ports write one word of ${memory} at the same edge`,
} as const;

function describeCounterexample({ property, at, step, start, ...rest }: Counterexample): string[] {
  const head = `${property} fails in step ${step}${at === undefined ? "" : ` (${at})`}, from ${start === "reset" ? "reset" : "a state that may be unreachable"}`;
  const { replayed, open, values } = rest;
  const why =
    open === undefined
      ? ", which is a fault of Whittle: please report it with the design"
      : `: ${openings[open.how](`"${open.memory}"`)}, and it may be anything for the solver`;
  const alone = replayed ? [] : [`the simulator does not repeat it${why}`];
  const rows = [
    ["", ...Array.from({ length: step + 1 }, (_, i) => String(i))],
    ...values.map((row) => [row.net, ...row.values.map((value) => value.toString(16))]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return [
    head,
    ...alone,
    ...rows.map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join("  "),
    ),
  ];
}
