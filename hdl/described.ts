/** Words for errors. */

/** A value that is no literal, as the beginning of a sentence: `The string "3"`. */
export function described(value: unknown): string {
  if (typeof value === "string") return `The string ${JSON.stringify(value)}`;
  if (typeof value === "function") return value.name ? `The function ${value.name}` : "A function";
  if (Array.isArray(value)) return `An array of ${value.length}`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.keys(value);
  return fields.length > 0 ? `An object of ${fields.join(", ")}` : "An empty object";
}

/** "1 bit", "8 bits". */
export function bitCount(width: number): string {
  return `${width} bit${width === 1 ? "" : "s"}`;
}
