/** Keys that an object of a JSON text has twice: `JSON.parse` keeps the last value and is silent about the others. */

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+/gu;

/** An object or array that is open in the text. */
interface Open {
  /** Keys so far; absent: an array. */
  readonly keys?: Set<string>;
  /** What comes next, or is at hand. */
  step: string | number;
}

/** The path of the first key that its object has already, such as `$.layers[0].weights`; `value` is what `text`, valid JSON, says. */
export function repeatedKey(text: string, value: unknown): string | undefined {
  // Each key of the text has such a place; most texts have no others, and need no second look.
  if ((text.match(/"[\t\n\r ]*:/gu)?.length ?? 0) <= keysIn(value)) return undefined;
  const open: Open[] = [];
  let last = "";
  for (const [found] of text.matchAll(token)) {
    const inner = open.at(-1);
    if (found === "{") open.push({ keys: new Set(), step: "" });
    else if (found === "[") open.push({ step: 0 });
    else if (found === "}" || found === "]") open.pop();
    else if (found === "," && typeof inner?.step === "number") inner.step++;
    else if (found === ":" && inner?.keys !== undefined) {
      inner.step = JSON.parse(last) as string;
      if (inner.keys.has(inner.step)) return pathOf(open);
      inner.keys.add(inner.step);
    } else if (found.startsWith('"')) last = found;
  }
  return undefined;
}

function keysIn(value: unknown): number {
  let count = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) count += Object.keys(next).length;
    for (const item of Object.values(next)) if (typeof item === "object") left.push(item);
  }
  return count;
}

const pathOf = (open: readonly Open[]) =>
  `$${open.map(({ step }) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
