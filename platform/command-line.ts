/** A command line of ours, in a form that can be pasted into a shell. */
export function commandLine(words: readonly string[]): string {
  return ["bin/whittle", ...words]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
