/** Values of which nothing is known, because what makes them has a problem: whatever follows of them is no problem of its own. */

const unknown = new WeakSet<object>();

/** Marks a value as one of those. */
export function ofEarlierProblem<T extends object>(value: T): T {
  unknown.add(value);
  return value;
}

/** Whether it is such a value, or such an error: one about nothing but such a value. */
export function isOfEarlierProblem(value: unknown): boolean {
  return typeof value === "object" && value !== null && unknown.has(value);
}
