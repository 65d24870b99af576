/**
 * Prints the Verilog of a module in this folder:
 *
 *     node --enable-source-maps dist/examples/print.js mac '{"width": 8, "accWidth": 32}'
 *
 * Copy mac.ts, change it, run `make setup`, and print yours the same way.
 */
import { existsSync } from "node:fs";
import { elaborate, emitVerilog, HdlError, type ModuleDefinition, type Ports } from "../hdl/index.ts";

const [file, parameters = "{}"] = process.argv.slice(2);
const path = new URL(`./${file}.js`, import.meta.url);
if (!file || !existsSync(path)) refuse(`there is no example "${file ?? ""}"; name a file of examples/, such as mac`);
const found = Object.values((await import(path.href)) as Record<string, unknown>).find(
  (value): value is ModuleDefinition<unknown, Ports> =>
    typeof value === "object" && value !== null && "describe" in value && "name" in value,
);
if (!found) refuse(`examples/${file}.ts exports no module`);
try {
  process.stdout.write(emitVerilog(elaborate(found, parsed(parameters))).text);
} catch (error) {
  if (!(error instanceof HdlError)) throw error;
  refuse(error.message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`the parameters are no JSON: ${(error as Error).message}; write them like '{"width": 8}'`);
  }
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
