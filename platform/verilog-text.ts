/**
 * Verilog without comments and trailing blanks, for cache keys: a changed source position in a comment does not force
 * a new build. Strings are left alone.
 */
export function withoutComments(verilog: string): string {
  return verilog
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, text: string | undefined) => text ?? " ")
    .replace(/[ \t]+$/gm, "");
}

/** Verilog with blanks in place of comments and the insides of strings: every character that stays keeps its place. */
export function withBlanks(verilog: string): string {
  return verilog.replace(/"(?:[^"\\\n]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
    text.replace(/[^\n]/g, " "),
  );
}

/** Tells "FILE:LINE" of a place in the text, as its `line` directives have it; `file` is where there is none before. */
export function placesIn(verilog: string, file: string): (index: number) => string {
  const starts = [0];
  const labels: string[] = [];
  let [name, number] = [file, 1];
  for (const line of verilog.split("\n")) {
    labels.push(`${name}:${number}`);
    const directive = /^`line (\d+) "(.*)" \d/.exec(line);
    [name, number] = directive ? [directive[2], Number(directive[1])] : [name, number + 1];
    starts.push((starts.at(-1) ?? 0) + line.length + 1);
  }
  return (index) => {
    let [low, high] = [0, labels.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= index) low = middle;
      else high = middle;
    }
    return labels[low];
  };
}

/** What stands for a blank in the path of a `line` directive. */
export const labelledBlank = "%20";

/** The place "FILE:LINE" that a tool or `placesIn` tells, with the path as it is. */
export const plainPlace = (place: string): string => place.replaceAll(labelledBlank, " ");
