/** What `printCircuit` wrote, as a circuit. */
import { cutDeep } from "../deep.ts";
import { HdlError, type Involved } from "../errors.ts";
import type { Arm, Circuit, External, Item, Module, Port, StreamNets, VerilogParameter } from "../ir.ts";
import { refuseLoops } from "../loops.ts";
import { here } from "../position.ts";
import { verifyCircuit } from "../verify.ts";
import { itemKeywords, readItem } from "./items.ts";
import { Tokens } from "./tokens.ts";
import { Values } from "./values.ts";

/**
 * The circuit that `text` says; its last module is the top. The text is where the circuit was written, as far as positions in
 * errors and Verilog go: `file` is the path that they name. Throws `HdlError`: `circuit-text` where the text has another form
 * or says no whole circuit, `combinational-loop`.
 */
export function parseCircuit(text: string, file = "circuit"): Circuit {
  const reader = { role: "read", what: "parseCircuit", at: here() };
  const tokens = new Tokens(text, file, reader);
  const modules: Module[] = [];
  while (tokens.next.kind !== "end") modules.push(readModule(tokens));
  const top = modules.at(-1)?.name ?? tokens.refuse('"module"');
  return cutDeep(refuseLoops(whole({ top, modules }, reader)));
}

/** The circuit, after a look at its rules: here their breach is a fault of the text. */
function whole(circuit: Circuit, reader: Involved): Circuit {
  try {
    return verifyCircuit(circuit);
  } catch (error) {
    if (!(error instanceof HdlError) || error.code !== "ir-invalid") throw error;
    const { where, message } = error.details;
    throw new HdlError({ code: "circuit-text", message: `${where ? `${where}: ` : ""}${message}` }, undefined, [
      reader,
    ]);
  }
}

function readModule(tokens: Tokens): Module {
  const values = new Values(tokens);
  const { at } = tokens;
  tokens.must("module");
  const name = tokens.name();
  const summary = tokens.of("text", "the module's summary in quotation marks");
  const [ports, streams, items, arms]: [Port[], StreamNets[], Item[], Arm[]] = [[], [], [], []];
  let external: External | undefined;
  let hasArms = false;
  while (tokens.next.kind !== "end" && tokens.next.text !== "module") {
    const { at } = tokens;
    if (tokens.next.kind === "shared") {
      values.define();
      continue;
    }
    const keyword = tokens.oneOf("input", "output", "stream", "external", "arms", "arm", ...itemKeywords);
    switch (keyword) {
      case "input":
      case "output": {
        const role = tokens.oneOf("data", "clock", "reset");
        ports.push({ name: tokens.name(), direction: keyword, role, ...values.type(), ...readDomain(tokens), at });
        break;
      }
      case "stream":
        streams.push({ ...readStream(tokens), at });
        break;
      case "external":
        external = readExternal(tokens, values);
        break;
      case "arms":
        hasArms = true;
        break;
      case "arm": {
        const label = tokens.of("text", "the arm's label in quotation marks");
        const condition = tokens.takes("always") ? undefined : values.read();
        arms.push({ condition, label, at, statements: [] });
        break;
      }
      default:
        items.push(readItem(keyword, at, tokens, values));
    }
  }
  return { name, summary, ports, items, streams, ...(hasArms && { arms }), ...(external && { external }), at };
}

function readDomain(tokens: Tokens): { readonly domain?: string } {
  return tokens.takes("@") ? { domain: tokens.name() } : {};
}

function readStream(tokens: Tokens): Omit<StreamNets, "at"> {
  const direction = tokens.oneOf("input", "output", "inside");
  const name = tokens.name();
  tokens.must(":");
  const [valid, ready] = [tokens.name(), tokens.name()];
  const data = tokens.list(() => tokens.name());
  return { name, direction, valid, ready, data, ...readDomain(tokens) };
}

function readExternal(tokens: Tokens, values: Values): External {
  const entries = <T>(read: () => T): { readonly [name: string]: T } =>
    Object.fromEntries(
      tokens.list(() => {
        const name = tokens.name();
        tokens.must("=");
        return [name, read()] as const;
      }),
    );
  const module = tokens.name();
  const modelled = tokens.oneOf("modelled", "unmodelled") === "modelled";
  tokens.must("parameters");
  const parameters = entries(() => readParameter(tokens, values));
  tokens.must("pins");
  const pins = entries(() => tokens.name());
  const source = tokens.takes("source") && { source: tokens.of("text", "the Verilog in quotation marks") };
  return { module, parameters, pins, modelled, ...source };
}

/** A text, a number, or `5:u8` of a vector of bits. */
function readParameter(tokens: Tokens, values: Values): VerilogParameter {
  if (tokens.next.kind === "text") return tokens.take().text;
  const number = tokens.of("number", "a number or a text");
  if (tokens.next.text !== ":") return Number(number);
  return { width: values.type().width, value: BigInt(number) };
}
