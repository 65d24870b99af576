/** A trace that yosys-smtbmc wrote as a value change dump: the value of every net in every step. */

/** The bit pattern of a net in each step, by its path: instance names and its own, joined by dots; words as `memory[3]`. */
export type Trace = ReadonlyMap<string, readonly bigint[]>;

export function readTrace(text: string): Trace {
  const nets = new Map<string, string[]>();
  const values = new Map<string, bigint[]>();
  const scopes: string[] = [];
  let step = -1;
  for (const line of text.split("\n")) {
    const words = line.split(" ");
    if (words[0] === "$scope") scopes.push(words[2]);
    else if (words[0] === "$upscope") scopes.pop();
    else if (words[0] === "$var" && scopes.length > 0) {
      // The first scope is the top; brackets cannot stand in a name of this format.
      const path = [...scopes.slice(1), words[4].replace(/<(\d+)>$/, "[$1]")].join(".");
      nets.set(words[3], [...(nets.get(words[3]) ?? []), path]);
      values.set(path, []);
    } else if (/^#\d+0$|^#0$/.test(line)) step++;
    // Half a step later clocks fall, which is no news.
    else if (line.startsWith("#")) continue;
    else if (line.startsWith("b") && step >= 0) {
      for (const path of nets.get(words[1]) ?? []) {
        const known = values.get(path) as bigint[];
        known[step] ??= BigInt(`0b${words[0].slice(1)}`);
      }
    }
  }
  return values;
}
