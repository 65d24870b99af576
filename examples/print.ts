/**
 * Prints the Verilog of a module in this folder:
 *
 *     node --enable-source-maps dist/examples/print.js mac '{"width": 8, "accWidth": 32}'
 *
 * Copy mac.ts, change it, run `make setup`, and print yours the same way.
 */
import { existsSync } from "node:fs";
import { elaborate, emitVerilog, type ModuleDefinition, type Ports } from "../hdl/index.ts";

const [file, parameters = "{}"] = process.argv.slice(2);
const path = new URL(`./${file}.js`, import.meta.url);
if (!file || !existsSync(path)) {
  process.stderr.write(`there is no example "${file ?? ""}"; name a file of examples/, such as mac\n`);
  process.exit(2);
}
const found = Object.values((await import(path.href)) as Record<string, unknown>).find(
  (value): value is ModuleDefinition<unknown, Ports> =>
    typeof value === "object" && value !== null && "describe" in value && "name" in value,
);
if (!found) throw new Error(`examples/${file}.ts exports no module`);
process.stdout.write(emitVerilog(elaborate(found, JSON.parse(parameters))).text);
