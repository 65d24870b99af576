/**
 * Verilog without comments and trailing blanks, for cache keys: a changed source position in a comment does not force
 * a new build. Strings are left alone.
 */
export function withoutComments(verilog: string): string {
  return verilog
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, text: string | undefined) => text ?? " ")
    .replace(/[ \t]+$/gm, "");
}
