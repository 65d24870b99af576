/** The outside of a module as Yosys has it, in its own text format (RTLIL). */
import { plainPlace } from "../../platform/verilog-text.ts";
import { findYosys, runYosys } from "../../platform/yosys.ts";
import { UserError } from "../../sw-model/errors.ts";
import { type ForeignInterface, type ForeignPort, probe, type Reading } from "./interface.ts";
import { rejected, unknownParameter, unknownTop } from "./refusals.ts";

/** Yosys knows synthesizable Verilog alone: no `$finish`, no real variables, no primitives of the user. */
export async function readWithYosys(reading: Reading): Promise<ForeignInterface> {
  const { verilog, around, top, timeoutMs } = reading;
  const yosys = await findYosys();
  const read = async (script: string) => {
    const inputs = { "design.v": verilog, "probe.v": around };
    return (await runYosys(yosys, `${script}\nwrite_rtlil design.il`, inputs, ["design.il"], timeoutMs))["design.il"];
  };
  try {
    return interfaceIn(await read(`read_verilog design.v probe.v\nhierarchy -check -top ${probe}`));
  } catch (error) {
    if (!(error instanceof UserError) || error.details.code !== "synthesis-failed") throw error;
    const found = String(error.details.found);
    const line = found.split("\n").find((text) => text.includes("ERROR:")) ?? found;
    if (/in cell `\\?dut'/.test(line)) {
      const unknown = unknownTop(reading);
      if (unknown !== undefined) throw unknown;
      const parameter = /parameter named '(.*)'/.exec(line)?.[1];
      if (parameter !== undefined) {
        throw unknownParameter(reading, parameter, parametersIn(await read("read_verilog design.v"), top));
      }
    }
    // "FILE:LINE: ERROR: what", or without a place.
    const [, at, reason] = /^(?:(.*:\d+): )?ERROR: (.*)$/.exec(line) ?? [undefined, undefined, line];
    throw rejected(top, at, reason, "Verilator on PATH reads more: $finish, real variables, primitives");
  }
}

/** The module that the instance `dut` is one of. */
function interfaceIn(rtlil: string): ForeignInterface {
  const modules = readModules(rtlil);
  const outside = modules.get(`\\${probe}`) ?? "";
  const type = /^ {2}cell (\S+) \\dut$/m.exec(outside)?.[1];
  const module = type === undefined ? undefined : modules.get(type);
  if (module === undefined) throw new Error("Yosys wrote no module for the instance");
  return { ports: readPorts(module), clocked: /^\s+sync (posedge|negedge|edge) /m.test(rtlil) };
}

/** The parameters of a module that was not elaborated. */
function parametersIn(rtlil: string, module: string): string[] {
  const text = readModules(rtlil).get(`\\${module}`) ?? "";
  return [...text.matchAll(/^ {2}parameter \\(\S+)/gm)].map(([, name]) => name);
}

/** The text of each module by its name, which is all between `module` and its `end`. */
function readModules(rtlil: string): ReadonlyMap<string, string> {
  return new Map([...rtlil.matchAll(/^module (\S+)\n([\s\S]*?)^end$/gm)].map(([, name, text]) => [name, text]));
}

function readPorts(module: string): ForeignPort[] {
  const ports: (ForeignPort & { readonly place: number })[] = [];
  let at = "";
  for (const line of module.split("\n")) {
    const source = /^ {2}attribute \\src "([^"|]*)/.exec(line);
    if (source) at = plainPlace(source[1].replace(/\.[\d.-]+$/, ""));
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
