/** Pieces of HTML. */

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that may stand anywhere in HTML. */
export const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => entities[c]);

/** A table; cells are HTML. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[], kind = ""): string {
  const line = (tag: "td" | "th", cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table class="${kind}">${head.length > 0 ? line("th", head) : ""}${rows.map((cells) => line("td", cells)).join("\n")}</table>`;
}

/** What can be opened; `summary` and `body` are HTML. */
export function folded(summary: string, body: string, open: boolean, id = ""): string {
  return `<details${id === "" ? "" : ` id="${escaped(id)}"`}${open ? " open" : ""}><summary>${summary}</summary>${body}</details>`;
}

/** A line of a listing: its number, what is told of it, the text, and what became of it. */
export interface ListedLine {
  readonly number: number;
  readonly text: string;
  readonly count?: number;
  readonly notes: string;
  readonly state: "hit" | "part" | "miss" | "";
}

/** Lines of a source with their counts; where some are left out a dotted line tells so. */
export function listing(lines: readonly ListedLine[], anchor: string): string {
  const rows = lines.map(({ number, text, count, notes, state }, i) => {
    const id = anchor === "" ? "" : ` id="${escaped(`${anchor}:${number}`)}"`;
    const cells = [`${number}`, count === undefined ? "" : `${count}`, escaped(text), escaped(notes)];
    const kinds = [state, ...(number > (lines[i - 1]?.number ?? 0) + 1 ? ["gap"] : [])].join(" ").trim();
    return `<tr${kinds === "" ? "" : ` class="${kinds}"`}${id}>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<table class="listing">${rows.join("\n")}</table>`;
}

export const style = `
:root { color-scheme: light; --miss: #fde0dc; --part: #fff0c8; --hit: #e4f4e4; --ink: #222; --soft: #666; }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); max-width: 72em; margin: 2em auto; padding: 0 1em; }
h2 { margin-top: 2em; border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; margin: .5em 0 1em; }
td, th { padding: 2px 10px 2px 0; text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: normal; border-bottom: 1px solid #ccc; }
.counts td:nth-child(n+2), .counts th:nth-child(n+2) { text-align: right; }
.miss { background: var(--miss); } .part { background: var(--part); } .hit { background: var(--hit); }
.hole { color: #a1140a; font-weight: 600; } .whole { color: #1c6b1c; } .soft { color: var(--soft); }
details { margin: .4em 0; } details details { margin-left: 1.2em; } summary { cursor: pointer; padding: 2px 0; }
.listing { font: 12px/1.4 ui-monospace, monospace; width: 100%; }
.listing td { padding: 0 .8em 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.listing td:nth-child(-n+2) { text-align: right; color: var(--soft); user-select: none; width: 4em; white-space: nowrap; }
.listing td:nth-child(4) { color: var(--soft); width: 16em; }
.gap td { border-top: 2px dotted #bbb; }
.bar { display: inline-block; width: 9em; height: .7em; background: #eee; vertical-align: middle; }
.bar i { display: block; height: 100%; background: #4b9b4b; }
code { font: 12px ui-monospace, monospace; }
`;
