/** The invariants of the circuit, checked after elaboration and after every pass. A failure is our bug. */
import { HdlError } from "./errors.ts";
import type { Binary, Circuit, Expression, Item, Module, Port, Unary } from "./ir.ts";
import { binaryOperators, unaryOperators } from "./operators.ts";
import { itemValues, pushOperands, unreachable } from "./walk.ts";

interface Net {
  readonly width: number;
  readonly signed: boolean;
}

type PortsByName = ReadonlyMap<string, Port>;

/** Returns the circuit, or throws naming the first broken rule. */
export function verifyCircuit(circuit: Circuit): Circuit {
  const done = new Map<string, PortsByName>();
  for (const module of circuit.modules) {
    if (done.has(module.name)) fail(module, `module "${module.name}" stands twice`);
    verifyModule(module, done);
    done.set(module.name, new Map(module.ports.map((port) => [port.name, port])));
  }
  if (circuit.modules.at(-1)?.name !== circuit.top)
    throw new HdlError({ code: "ir-invalid", message: "The top is not the last module." });
  return circuit;
}

function verifyModule(module: Module, earlier: ReadonlyMap<string, PortsByName>): void {
  const nets = new Map<string, Net>();
  const memories = new Map<string, { depth: number; width: number }>();
  const roles = new Map(module.ports.map(({ name, role }) => [name, role]));
  const declare = (name: string, net: Net) => {
    if (nets.has(name) || memories.has(name)) fail(module, `net "${name}" is declared twice`);
    nets.set(name, net);
  };
  for (const port of module.ports) declare(port.name, port);
  for (const item of module.items) {
    if (item.kind === "mem") memories.set(item.name, item);
    else if (item.kind === "inst") for (const output of item.outputs) declare(output.net, output);
    else if (item.kind === "memRead") declare(item.name, { width: item.width, signed: false });
    else if (item.kind === "reg" || (item.kind === "wire" && !item.output)) declare(item.name, item);
  }
  const driven = new Set(module.items.flatMap((item) => (item.kind === "wire" && item.output ? [item.name] : [])));
  for (const port of module.ports) {
    const foreign = module.external?.modelled === false;
    if (port.direction === "output" && !driven.has(port.name) && !foreign)
      fail(module, `output "${port.name}" has no driver`);
  }
  const seen = new Set<Expression>();
  for (const item of module.items) {
    verifyExpressions(module, item, nets, seen);
    verifyItem(module, item, { nets, memories, roles, earlier });
  }
}

/** What an item may name. */
interface Surroundings {
  readonly nets: ReadonlyMap<string, Net>;
  readonly memories: ReadonlyMap<string, { depth: number; width: number }>;
  /** By the names of the module's ports. */
  readonly roles: ReadonlyMap<string, Port["role"]>;
  /** The ports of the modules that may be instantiated. */
  readonly earlier: ReadonlyMap<string, PortsByName>;
}

function verifyItem(module: Module, item: Item, { nets, memories, roles, earlier }: Surroundings): void {
  const must = (holds: boolean, rule: string) => {
    if (!holds) fail(module, `${item.kind} "${"name" in item ? item.name : item.memory}": ${rule}`);
  };
  const fits = (value: Expression, net: Net | undefined) =>
    net !== undefined && value.width === net.width && value.signed === net.signed;
  const clocked = (clock: string | undefined) => clock === undefined || roles.get(clock) === "clock";
  switch (item.kind) {
    case "wire":
      must(fits(item.value, nets.get(item.name)), "the value has another type than the net");
      break;
    case "reg":
      must(fits(item.next, item), "the next value has another type than the register");
      must(clocked(item.clock), "its clock is no clock port");
      break;
    case "mem":
      must(item.depth >= 1 && item.width >= 1, "empty");
      must((item.init?.length ?? 0) <= item.depth, "more words than its depth");
      must(item.init?.every((word) => word === BigInt.asUintN(item.width, word)) !== false, "a word beyond its width");
      break;
    case "memRead":
      must(memories.get(item.memory)?.width === item.width, "the word width differs from the memory's");
      must((item.latency === 1) === (item.enable !== undefined), "an enable belongs to latency 1");
      must(item.latency === 0 || clocked(item.clock), "its clock is no clock port");
      break;
    case "memWrite":
      must(memories.get(item.memory)?.width === item.data.width, "the word width differs from the memory's");
      must(item.enable.width === 1 && clocked(item.clock), "the enable is not one bit, or the clock is no clock port");
      must(item.data.width % (item.mask?.width ?? 1) === 0, "the mask does not divide the word");
      break;
    case "property":
      must(item.condition.width === 1 && (item.enable?.width ?? 1) === 1, "a condition is not one bit");
      must(clocked(item.clock) || (item.property === "cover" && item.clock === ""), "its clock is no clock port");
      break;
    case "inst": {
      const ports = earlier.get(item.module) ?? fail(module, `module "${item.module}" does not come before`);
      const connected = new Set<string>();
      const connect = (name: string, suits: (port: Port) => boolean) => {
        const port = ports.get(name);
        if (port === undefined) must(false, "an unknown port is connected");
        else if (connected.has(name) || !suits(port)) must(false, `port "${name}"`);
        connected.add(name);
      };
      for (const { port, value } of item.inputs)
        connect(port, (own) => own.role === "data" && own.direction === "input" && fits(value, own));
      for (const { port, width } of item.outputs)
        connect(port, (own) => own.direction === "output" && own.width === width);
      for (const { port, net } of item.controls)
        connect(port, ({ role }) => role !== "data" && role === roles.get(net));
      if (connected.size === ports.size) break;
      for (const name of ports.keys()) must(connected.has(name), `port "${name}"`);
      break;
    }
    default:
      unreachable(item);
  }
}

function verifyExpressions(module: Module, item: Item, nets: ReadonlyMap<string, Net>, seen: Set<Expression>): void {
  const pending = itemValues(item);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind !== "ref") {
      if (seen.has(e)) continue;
      seen.add(e);
    }
    const problem = expressionProblem(e, nets);
    if (problem) {
      throw new HdlError({ code: "ir-invalid", message: `Module "${module.name}", ${e.kind}: ${problem}.` }, e.at);
    }
    pushOperands(e, pending);
  }
}

/** The broken rule, if any. */
function expressionProblem(e: Expression, nets: ReadonlyMap<string, Net>): string | undefined {
  switch (e.kind) {
    case "const": {
      const fits = e.signed ? BigInt.asIntN(e.width, e.value) : BigInt.asUintN(e.width, e.value);
      return rule(fits === e.value, "value beyond its width");
    }
    case "ref": {
      const net = nets.get(e.name);
      const known = net !== undefined && net.width === e.width && net.signed === e.signed;
      return known ? undefined : `"${e.name}" is no such net`;
    }
    case "unary":
      return unaryProblem(e);
    case "binary":
      return binaryProblem(e);
    case "mux": {
      const same = e.whenTrue.width === e.width && e.whenFalse.width === e.width;
      return rule(
        e.condition.width === 1 && same && e.whenTrue.signed === e.signed && e.whenFalse.signed === e.signed,
        "type of mux",
      );
    }
    case "cat":
      return rule(!e.signed && e.width === e.parts.reduce((sum, part) => sum + part.width, 0), "width of cat");
    case "slice":
      return rule(!e.signed && e.low >= 0 && e.low + e.width <= e.operand.width, "range of slice");
    case "index":
      return rule(!e.signed && !e.index.signed && e.operand.width === e.width * 2 ** e.index.width, "type of index");
    default:
      return unreachable(e);
  }
}

function unaryProblem(e: Unary): string | undefined {
  const { operand, operator } = e;
  if (operator === "extend") return rule(e.width > operand.width && e.signed === operand.signed, "type of extend");
  if (operator === "cast") return rule(e.width === operand.width, "width of cast");
  return unaryOperators[operator].family === "reduction"
    ? rule(e.width === 1 && !e.signed, "type of a reduction")
    : rule(e.width === operand.width && e.signed === operand.signed, `type of ${operator}`);
}

function binaryProblem({ operator, left, right, width, signed }: Binary): string | undefined {
  const { family } = binaryOperators[operator];
  const same = left.width === right.width && left.signed === right.signed;
  switch (family) {
    case "product":
      return rule(
        width === left.width + right.width && left.signed === right.signed && signed === left.signed,
        `type of ${operator}`,
      );
    case "comparison":
      return rule(same && width === 1, "type of a comparison");
    case "sum":
    case "bitwise":
      return rule(same && width === left.width && signed === left.signed, `type of ${operator}`);
    default:
      return unreachable(family);
  }
}

/** The rule, where it is broken. */
function rule(holds: boolean, text: string): string | undefined {
  return holds ? undefined : text;
}

function fail(module: Module, message: string): never {
  throw new HdlError({ code: "ir-invalid", message: `Module "${module.name}": ${message}.` }, module.at);
}
