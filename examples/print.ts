/**
 * Prints the Verilog of a module in this folder:
 *
 *     node --enable-source-maps dist/examples/print.js mac '{"width": 8, "accWidth": 32}'
 *
 * Copy mac.ts, change it, run `make setup`, and print yours the same way.
 */
import { elaborate, emitVerilog, type ModuleDefinition, type Ports } from "../hdl/index.ts";

const [file, parameters = "{}"] = process.argv.slice(2);
const found = Object.values((await import(`./${file}.js`)) as Record<string, unknown>).find(
  (value): value is ModuleDefinition<unknown, Ports> =>
    typeof value === "object" && value !== null && "describe" in value && "name" in value,
);
if (!found) throw new Error(`examples/${file}.ts exports no module`);
process.stdout.write(emitVerilog(elaborate(found, JSON.parse(parameters))).text);
