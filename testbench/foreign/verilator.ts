/** The outside of a module as Verilator has it, in XML. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild, within } from "../../platform/children.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { plainPlace } from "../../platform/verilog-text.ts";
import { UserError } from "../../sw-model/errors.ts";
import { type ForeignInterface, type ForeignPort, probe, type Reading } from "./interface.ts";
import { rejected, unknownParameter, unknownTop } from "./refusals.ts";

/** What is not about ports is taken as it comes: system tasks, primitives, delays, warnings. */
const readFlags = [
  ...["--xml-only", "--xml-output", "design.xml", "--Mdir", ".", "--timing"],
  ...["--bbox-unsup", "--bbox-sys", "-Wno-fatal", "-Wno-lint", "-Wno-style", "--top-module", probe],
];
const verilog2005 = ["--language", "1364-2005"];
const systemVerilog = ["--language", "1800-2017"];

/** Verilator knows all of Verilog-2005, whether or not it can be simulated. */
export async function readWithVerilator(path: string, reading: Reading): Promise<ForeignInterface> {
  const { top, verilog, around, timeoutMs } = reading;
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-read-${randomBytes(8).toString("hex")}`));
  const folder = temporary.path;
  const run = async (probing: string, flags: readonly string[]) => {
    await writeFile(join(folder, "probe.v"), probing);
    const args = [...readFlags, ...flags, "probe.v", "design.v"];
    const child = spawnChild(path, args, { cwd: folder, all: true, stdin: "ignore" });
    const { result, late } = await within(child, timeoutMs);
    if (late) throw tooLong(top, timeoutMs);
    if (result.failed) return { printed: String(result.all ?? result.shortMessage) };
    return { xml: await readFile(join(folder, "design.xml"), "utf8") };
  };
  try {
    await writeFile(join(folder, "design.v"), verilog);
    const { xml, printed = "" } = await run(around, verilog2005);
    if (xml !== undefined) return interfaceIn(xml);
    const parameter = /^%Error-PINNOTFOUND: probe\.v:.*Parameter pin not found: '(.*)'/m.exec(printed)?.[1];
    if (parameter !== undefined) {
      const bare = await run(`module ${probe};\n  ${top} dut ();\nendmodule\n`, verilog2005);
      throw unknownParameter(reading, parameter, parametersIn(bare.xml ?? ""));
    }
    if (/^%Error: probe\.v:.*Cannot find file containing module/m.test(printed)) {
      const unknown = unknownTop(reading);
      if (unknown !== undefined) throw unknown;
    }
    const { at, reason } = firstError(printed);
    const newer = (await run(around, systemVerilog)).xml !== undefined;
    throw rejected(top, at, reason, newer ? "this is SystemVerilog: turn it into Verilog-2005 first" : undefined);
  } finally {
    await temporary.remove();
  }
}

/** "%Error-KIND: FILE:LINE:COLUMN: what", or without a place. */
function firstError(printed: string): { readonly at?: string; readonly reason: string } {
  const placed = /^%Error(?:-\w+)?: (?!probe\.v:)(.+?:\d+):\d+: (.*)$/m.exec(printed);
  if (placed !== null) return { at: placed[1], reason: placed[2].replace(/file containing module: /, "module ") };
  return { reason: /^%Error(?:-\w+)?: (.*)$/m.exec(printed)?.[1] ?? printed.trim() };
}

function tooLong(top: string, timeoutMs: number): UserError {
  return new UserError(
    {
      code: "import-too-long",
      message: `Verilator did not read ${top} within ${timeoutMs} ms`,
      where: top,
      expected: "ports within the option timeoutMs",
      found: `no end after ${timeoutMs} ms`,
    },
    1,
  );
}

type Attributes = Readonly<Record<string, string>>;

/** The module that the instance `dut` is one of. */
function interfaceIn(xml: string): ForeignInterface {
  const files = new Map(tags(xml, "file").map(({ id, filename }) => [id, filename]));
  const types = typesIn(xml);
  const ports = tags(moduleOf(xml), "var").flatMap(({ dir, name, loc, dtype_id, pinIndex }) => {
    if (dir === undefined) return [];
    const [file, line] = loc.split(",");
    const at = plainPlace(`${files.get(file)}:${line}`);
    const type = types(dtype_id);
    return [{ name, direction: dir as ForeignPort["direction"], ...type, at, place: Number(pinIndex) }];
  });
  return {
    ports: ports.sort((a, b) => a.place - b.place).map(({ place: _, ...port }) => port),
    clocked: tags(xml, "senitem").some(({ edgeType }) => /POS|NEG|BOTH/.test(edgeType)),
  };
}

function parametersIn(xml: string): string[] {
  const all = xml === "" ? [] : tags(moduleOf(xml), "var");
  return all.filter(({ param, localparam }) => param === "true" && localparam !== "true").map(({ name }) => name);
}

/** The text of the module that the instance `dut` is one of; parameters give it a name of its own. */
function moduleOf(xml: string): string {
  const instance = tags(textOf(xml, probe), "instance").find(({ name }) => name === "dut");
  return textOf(xml, instance?.defName ?? "");
}

function textOf(xml: string, module: string): string {
  const modules = xml.matchAll(/<module ([^>]*)>([\s\S]*?)<\/module>/g);
  const found = [...modules].find(([, head]) => attributesOf(head).name === module);
  if (found === undefined) throw new Error(`Verilator wrote no module ${module}`);
  return found[2];
}

/** Width and sign of each type, or what it is instead of a vector of bits. */
function typesIn(xml: string): (id: string) => Pick<ForeignPort, "width" | "signed" | "odd"> {
  const basic = new Map(tags(xml, "basicdtype").map((type) => [type.id, type]));
  return (id) => {
    const type = basic.get(id);
    const { name = "type of its own", left = "0", right = "0", signed } = type ?? {};
    const odd =
      type === undefined || !/^(logic|bit|integer|int|byte|shortint|longint|time)$/.test(name) ? { odd: name } : {};
    return { width: Math.abs(Number(left) - Number(right)) + 1, signed: signed === "true", ...odd };
  };
}

/** The attributes of all tags of a name. */
const tags = (xml: string, name: string): Attributes[] =>
  Array.from(xml.matchAll(new RegExp(`<${name} ([^>]*?)/?>`, "g")), ([, text]) => attributesOf(text));

const attributesOf = (text: string): Attributes =>
  Object.fromEntries(Array.from(text.matchAll(/(\w+)="([^"]*)"/g), ([, name, value]) => [name, plain(value)]));

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const plain = (text: string) => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
