/** The ports of a compiled design as properties, and its clock: what runs in every simulated cycle. */
import { type DesignMemory, lowWord, type Place } from "./access.ts";
import { settledAddress } from "./wasm/storage.ts";

export interface PlacedPort extends Place {
  readonly name: string;
  readonly input: boolean;
}

/** The functions that a compiled design exports. */
export interface DesignFunctions {
  readonly settle: () => void;
  readonly tick: (edges: number) => void;
}

/** Takes the names of the clocks that rise; false where there are none. */
export type Rise = (clocks: readonly string[]) => boolean;

export interface Handle {
  /** The inputs; may be set. */
  readonly in: Record<string, number | bigint>;
  /** All ports. */
  readonly out: Readonly<Record<string, number | bigint>>;
  /** Clock edges, then the outputs that follow; none where the clocks that are named do not rise. */
  readonly step: (cycles?: number, clocks?: readonly string[]) => void;
}

/**
 * Makes the handle of one simulator. Its source text is written out for these very ports, so that engines see constant
 * addresses and shapes that no other simulator shares; where a content security policy forbids that, closures do the same,
 * slower.
 */
export function makeHandle(
  memory: DesignMemory,
  ports: readonly PlacedPort[],
  functions: DesignFunctions,
  rise: Rise,
): Handle {
  let made: Handle;
  try {
    const properties = ports.map(propertyText);
    const inputs = properties.filter((_, i) => ports[i].input);
    const text = `"use strict";
return {
in: {
${inputs.join("")}},
out: {
${properties.join("")}},
step: (cycles = 1, clocks) => { if (clocks === undefined || rise(clocks)) tick(cycles); },
};`;
    const make = new Function("words", "accessors", "lowWord", "settle", "tick", "rise", text);
    const accessors = ports.map((port) => memory.accessor(port));
    made = make(memory.words, accessors, lowWord, functions.settle, functions.tick, rise);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    made = handleOfClosures(memory, ports, functions, rise);
  }
  // Accessors stand on prototypes: engines keep objects with many own accessors in a slow form.
  return { in: Object.create(made.in), out: Object.create(made.out), step: made.step };
}

/** The text of a property. Outputs follow inputs and state only after settling, which a setter makes due. */
function propertyText(port: PlacedPort, index: number): string {
  const { name, width, signed, input, address } = port;
  const due = `words[${settledAddress >> 2}]`;
  const settle = input ? "" : `if (${due} === 0) settle(); `;
  const key = JSON.stringify(name);
  if (width > 32) {
    const accessor = `accessors[${index}]`;
    const get = `get ${key}() { ${settle}return ${accessor}.read(); },\n`;
    return input ? `${get}set ${key}(value) { ${accessor}.write(value); ${due} = 0; },\n` : get;
  }
  const word = `words[${address >> 2}]`;
  const get = `get ${key}() { ${settle}return ${word}${signed || width < 32 ? "" : " >>> 0"}; },\n`;
  if (!input) return get;
  const unused = 32 - width;
  const extended = unused === 0 ? "" : ` << ${unused} ${signed ? ">>" : ">>>"} ${unused}`;
  const value = `(typeof value === "bigint" ? lowWord(value) : value)${extended}`;
  return `${get}set ${key}(value) { ${word} = ${value}; ${due} = 0; },\n`;
}

function handleOfClosures(
  memory: DesignMemory,
  ports: readonly PlacedPort[],
  functions: DesignFunctions,
  rise: Rise,
): Handle {
  const { words } = memory;
  const { settle, tick } = functions;
  const due = settledAddress >> 2;
  const [inputs, outputs] = [{}, {}];
  for (const port of ports) {
    const { read, write } = memory.accessor(port);
    const get = () => {
      if (words[due] === 0) settle();
      return read();
    };
    const set = (value: number | bigint) => {
      write(value);
      words[due] = 0;
    };
    Object.defineProperty(outputs, port.name, { get, enumerable: true });
    if (port.input) Object.defineProperty(inputs, port.name, { get, set, enumerable: true });
  }
  const step = (cycles = 1, clocks?: readonly string[]) => {
    if (clocks === undefined || rise(clocks)) tick(cycles);
  };
  return { in: inputs, out: outputs, step };
}
