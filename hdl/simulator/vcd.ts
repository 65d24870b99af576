/** Value change dump (IEEE 1364, section 18) of a simulation, one time step an edge. */

export interface VcdNet {
  /** Instance names and the net's own, joined by dots. */
  readonly path: string;
  readonly width: number;
  /** What its bits stand for; a comment of the dump. */
  readonly meaning?: string;
}

interface Folder {
  readonly nets: { name: string; index: number }[];
  readonly folders: Map<string, Folder>;
}

/** Writes a value change dump, a sample a cycle. */
export class VcdWriter {
  readonly #lines: string[] = ["$timescale 1ns $end"];
  readonly #nets: readonly VcdNet[];
  readonly #last: (string | undefined)[];

  constructor(top: string, nets: readonly VcdNet[]) {
    this.#nets = nets;
    this.#last = nets.map(() => undefined);
    const root: Folder = { nets: [], folders: new Map() };
    nets.forEach(({ path }, index) => {
      const parts = path.split(".");
      let folder = root;
      for (const part of parts.slice(0, -1)) {
        let inner = folder.folders.get(part);
        if (!inner) {
          inner = { nets: [], folders: new Map() };
          folder.folders.set(part, inner);
        }
        folder = inner;
      }
      folder.nets.push({ name: parts[parts.length - 1], index });
    });
    for (const { path, meaning } of nets) if (meaning) this.#lines.push(`$comment ${path}: ${meaning} $end`);
    this.#declare(top, root);
    this.#lines.push("$enddefinitions $end");
  }

  /** The values of all nets, as bit patterns (undefined: unknown), at a time in nanoseconds; only changes are written. */
  sample(time: number, values: (index: number) => bigint | undefined): void {
    const changes: string[] = [];
    this.#nets.forEach(({ width }, index) => {
      const value = values(index);
      const digits = value?.toString(2) ?? "x";
      if (digits === this.#last[index]) return;
      this.#last[index] = digits;
      changes.push(width === 1 ? `${digits}${identifier(index)}` : `b${digits} ${identifier(index)}`);
    });
    if (changes.length > 0) this.#lines.push(`#${time}`, ...changes);
  }

  /** The dump so far; it lasts until `end`, so that a viewer shows all of it. */
  text(end: number): string {
    return `${[...this.#lines, `#${end}`].join("\n")}\n`;
  }

  #declare(name: string, folder: Folder): void {
    this.#lines.push(`$scope module ${name} $end`);
    for (const { name: net, index } of folder.nets) {
      this.#lines.push(`$var wire ${this.#nets[index].width} ${identifier(index)} ${net} $end`);
    }
    for (const [inner, content] of folder.folders) this.#declare(inner, content);
    this.#lines.push("$upscope $end");
  }
}

/** A short code of printable characters. */
function identifier(index: number): string {
  let rest = index;
  let code = "";
  do {
    code += String.fromCharCode(33 + (rest % 94));
    rest = Math.floor(rest / 94);
  } while (rest > 0);
  return code;
}
