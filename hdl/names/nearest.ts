/** The names that a misspelt one may have meant: at most three, nearest first. */
export function nearest(word: string, names: Iterable<string>): string[] {
  const reach = Math.max(2, Math.floor(word.length / 4));
  const near: { name: string; distance: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - word.length) > reach) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= reach) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, 3).map(({ name }) => name);
}

/** Insertions, deletions and replacements that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j] + 1, current[j - 1] + 1, replaced));
    }
    previous = current;
  }
  return previous[b.length];
}
