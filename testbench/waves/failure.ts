import { drawWaves } from "../../hdl/index.ts";
import { writeFileAtomically } from "../../platform/atomic-write.ts";
import { pinsOf } from "../program.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { fstFile } from "./fst.ts";
import { hexadecimal, waveJson, waveSvg } from "./wavedrom.ts";
import { digitsOf, lastCycles, portWires, readWindow, type WaveWindow } from "./window.ts";

/** The last cycles before a failure. */
export interface FailureWaves {
  /** The ports that matter, as lines of text. */
  readonly text: readonly string[];
  /** Files: every net in GTKWave's format, a picture of the ports, and that picture's description for WaveDrom's editor. */
  readonly fst: string;
  readonly svg: string;
  readonly waveJson: string;
}

/** Cycles in the file for a viewer, in the picture, and in the text. */
const cycles = { fst: 1000, svg: 32, text: 16 };
/** Signals in picture and text. */
const signals = 24;
const columns = 110;

/** Reads the dump of a run that ended with a failure and writes its last cycles beside it (`run.vcd`: `run.fst`, `run.svg`, `run.json`). */
export async function failureWaves(dump: string, design: DesignUnderTest): Promise<FailureWaves> {
  const window = await readWindow(dump, design, cycles.fst);
  const names = portsThatMatter(
    window,
    pinsOf(design).map(({ name }) => name),
  );
  return { text: wavesText(window, names).split("\n"), ...writeWindow(dump, window, names) };
}

/** Adds the last cycles of a dump to the message of the error with which its run ended. */
export async function showWaves(error: Error, dump: string, design: DesignUnderTest): Promise<void> {
  const shown = await failureWaves(dump, design).then(
    ({ text, ...files }) => [...text, ...Object.values(files)],
    (problem: Error) => [`no last cycles: ${problem.message}`],
  );
  error.message = [error.message, ...shown].join("\n");
}

/** Writes a window as files with this name and other endings; the picture shows the named ports. */
export function writeWindow(path: string, window: WaveWindow, names: readonly string[]): Omit<FailureWaves, "text"> {
  const base = path.replace(/\.vcd$/, "");
  const files = { fst: `${base}.fst`, svg: `${base}.svg`, waveJson: `${base}.json` };
  const picture = waveJson(lastCycles(window, cycles.svg), names);
  writeFileAtomically(files.fst, fstFile(window));
  writeFileAtomically(files.svg, waveSvg(picture));
  writeFileAtomically(files.waveJson, `${JSON.stringify(picture, null, 2)}\n`);
  return files;
}

/** The last cycles of ports as text; words are hexadecimal, numbers above count cycles since reset. */
export function wavesText(window: WaveWindow, names: readonly string[]): string {
  const shown = lastCycles(window, cycles.text);
  const wires = portWires(shown);
  const waves = names.flatMap((name) => {
    const wire = wires.get(name);
    if (wire === undefined) return [];
    const cell = (digits: string): boolean | string => (digits === "0" || digits === "1" ? digits === "1" : "x");
    const digits = digitsOf(shown, wire);
    return [{ name, cycles: digits.map<boolean | string>(window.widths[wire] === 1 ? cell : hexadecimal) }];
  });
  return drawWaves(waves, columns, shown.first);
}

/** Those of the ports that move in the last cycles; all of them where nothing moves. */
export function portsThatMatter(window: WaveWindow, ports: readonly string[]): string[] {
  const shown = lastCycles(window, cycles.svg);
  const wires = portWires(shown);
  const moving = ports.filter((name) => {
    const wire = wires.get(name);
    return wire !== undefined && shown.cycles.some((changes) => changes.has(wire));
  });
  return (moving.length > 0 ? moving : ports).slice(0, signals);
}
