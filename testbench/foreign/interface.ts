/** What Yosys knows of a module after elaboration, from its own text format (RTLIL). */

/** A port with its place in the source. */
export interface ForeignPort {
  readonly name: string;
  readonly direction: "input" | "output" | "inout";
  readonly width: number;
  readonly signed: boolean;
  /** File and line. */
  readonly at: string;
}

/** The outside of an elaborated module. */
export interface ForeignInterface {
  /** In the order of the declaration. */
  readonly ports: readonly ForeignPort[];
  /** Whether anything in the design waits for an edge. */
  readonly clocked: boolean;
}

/** The module that the instance `dut` of module `around` is one of. */
export function readInterface(rtlil: string, around: string): ForeignInterface {
  const modules = readModules(rtlil);
  const outside = modules.get(`\\${around}`) ?? "";
  const type = /^ {2}cell (\S+) \\dut$/m.exec(outside)?.[1];
  const module = type === undefined ? undefined : modules.get(type);
  if (module === undefined) throw new Error("Yosys wrote no module for the instance");
  return { ports: readPorts(module), clocked: /^\s+sync (posedge|negedge|edge) /m.test(rtlil) };
}

/** The parameters of a module that was not elaborated. */
export function readParameters(rtlil: string, module: string): string[] {
  const text = readModules(rtlil).get(`\\${module}`) ?? "";
  return [...text.matchAll(/^ {2}parameter \\(\S+)/gm)].map(([, name]) => name);
}

/** The names of all modules. */
export const moduleNames = (rtlil: string): string[] => [...readModules(rtlil).keys()].map((name) => name.slice(1));

/** The text of each module by its name, which is all between `module` and its `end`. */
function readModules(rtlil: string): ReadonlyMap<string, string> {
  return new Map([...rtlil.matchAll(/^module (\S+)\n([\s\S]*?)^end$/gm)].map(([, name, text]) => [name, text]));
}

function readPorts(module: string): ForeignPort[] {
  const ports: (ForeignPort & { readonly place: number })[] = [];
  let at = "";
  for (const line of module.split("\n")) {
    const source = /^ {2}attribute \\src "([^"|]*)/.exec(line);
    if (source) at = source[1].replace(/\.[\d.-]+$/, "");
    const wire = /^ {2}wire (.*)\\(\S+)$/.exec(line);
    if (!wire) continue;
    const [, options, name] = wire;
    const role = /(?:^| )(input|output|inout) (\d+)/.exec(options);
    if (!role) continue;
    ports.push({
      name,
      direction: role[1] as ForeignPort["direction"],
      width: Number(/(?:^| )width (\d+)/.exec(options)?.[1] ?? 1),
      signed: /(?:^| )signed(?: |$)/.test(options),
      at,
      place: Number(role[2]),
    });
  }
  return ports.sort((a, b) => a.place - b.place).map(({ place: _, ...port }) => port);
}
