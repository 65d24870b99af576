/** The coverage of files of TypeScript, and as lcov text, which editors and reports know. */

/** How often what stands in a file of TypeScript was reached. Equal lines of several instances and parameters count together. */
export interface FileCoverage {
  /** Relative to its package, and as the stack named it. */
  readonly file: string;
  readonly path: string;
  /** By line and column. `label` is "otherwise", a case of a switch, a state, or "" for an arm with a condition of its own. */
  readonly arms: readonly {
    readonly line: number;
    readonly column: number;
    readonly label: string;
    readonly count: number;
  }[];
  /** Lines that stand in an arm. */
  readonly lines: readonly { readonly line: number; readonly count: number }[];
  /** Covers, by name. */
  readonly covers: readonly { readonly line: number; readonly name: string; readonly count: number }[];
}

/** The lcov text of files: DA lines for what stands in arms, BRDA lines for the arms. */
export function lcovText(files: readonly Omit<FileCoverage, "path">[]): string {
  return files.map(fileRecord).join("");
}

function fileRecord({ file, arms, lines }: Omit<FileCoverage, "path">): string {
  const branchOf = new Map<number, number>();
  const branches = arms.map(({ line, count }) => {
    const branch = branchOf.get(line) ?? 0;
    branchOf.set(line, branch + 1);
    return `BRDA:${line},0,${branch},${count}`;
  });
  return [
    "TN:",
    `SF:${file}`,
    ...branches,
    `BRF:${arms.length}`,
    `BRH:${arms.filter(({ count }) => count > 0).length}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(({ count }) => count > 0).length}`,
    "end_of_record",
    "",
  ].join("\n");
}
