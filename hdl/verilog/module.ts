import type { ConstSymbol, Expression, Item, Mem, MemWrite, Module, Port, Reg } from "../ir.ts";
import { freeName, takenNames } from "../names/naming.ts";
import type { LazyPosition } from "../position.ts";
import { itemValues, operands, unreachable } from "../walk.ts";
import { printExpression, printIndex, printLiteral, printNegation, printOperand, printRange } from "./expression.ts";
import { formalItems } from "./formal.ts";
import { printParameter } from "./parameter.ts";
import { keepsBits, piecesOf } from "./pieces.ts";
import { type PropertyKind, powerUp, printProperty, propertyMacro } from "./property.ts";
import type { ResetStyle } from "./reset.ts";
import { singleWords } from "./single-word.ts";
import { type NamedConstant, nameConstants } from "./symbols.ts";
import { unusedControls, unusedParts } from "./unused.ts";

/** What the text of a module depends on beside the module. */
export interface PrintContext {
  readonly reset: ResetStyle;
  readonly properties: PropertyKind;
  /** The module of an instance. */
  readonly child: (name: string) => Module | undefined;
}

/** A line of the text, and what it belongs to. */
export interface PrintedLine {
  readonly text: string;
  readonly of?: Port | Item | NamedConstant;
}

/** One module as Verilog-2005, line by line. */
export function printModule(module: Module, { reset, properties, child }: PrintContext): PrintedLine[] {
  const taken = takenNames(module);
  const formal = formalItems(module);
  const constants = nameConstants(module, taken, formal);
  const inline = inlineWires(module);
  const single = singleWords(module);
  const uncompared = withoutCollisions(module);
  const portName = ({ role, name }: Port) => (role === "reset" ? reset.nameOf(name) : name);
  const head = module.ports.map((port, i) => {
    const text = `  ${port.direction} wire ${vector(port.width, port.signed)}${portName(port)}${i < module.ports.length - 1 ? "," : ""}`;
    return port.role === "data" ? { text: withPosition(text, port.at), of: port } : { text };
  });
  const context = { inline, single, nameOf: constants.nameOf, reset, properties, child };
  const print = (index: number): PrintedLine[] => {
    const item = constants.items[index];
    const start = formal[index] ? powerUp(item, properties) : [];
    const printed = [...start, ...printItem(item, context)].map((text) => ({ text, of: module.items[index] }));
    return printed.length > 1 ? [{ text: "" }, ...printed, { text: "" }] : printed;
  };
  const placed = (section: boolean) => formal.flatMap((own, i) => (own === section ? [i] : []));
  const declare = (section: boolean) =>
    placed(section).flatMap((i) =>
      declaration(module.items[i], { inline, single, uncompared }).map((text) => ({ text, of: module.items[i] })),
    );
  const statements = (section: boolean) => placed(section).flatMap(print);
  const declarations = declare(false);
  // What properties need is no part of the design to be covered.
  const counted = properties === "for coverage";
  const plainly = { ...module, items: module.items.filter((_, i) => !formal[i]) };
  const unused = [...unusedControls(plainly).map((port) => [portName(port)]), ...unusedParts(plainly)];
  const shadows = new Set<Port | Item>(module.items.filter((_, i) => formal[i]));
  const unusedByProperties = shadows.size > 0 ? unusedParts(module, (of) => shadows.has(of)) : [];
  const lines: PrintedLine[] = [
    ...plain(module.summary ? module.summary.split("\n").map((line) => `// ${line.trim()}`) : []),
    ...plain([head.length > 0 ? `module ${module.name} (` : `module ${module.name};`]),
    ...head,
    ...plain(head.length > 0 ? [");"] : []),
    ...declaredConstants(constants.declarations),
    ...plain(constants.declarations.length > 0 ? [""] : []),
    ...declarations,
    ...plain(declarations.length > 0 ? [""] : []),
    ...statements(false),
    ...plain(gathered("unused_bits", unused, taken)),
    ...(formal.includes(true)
      ? [
          ...plain(["", `\`ifdef ${propertyMacro[properties]}`, ...(counted ? ["  // verilator coverage_off"] : [])]),
          ...declaredConstants(constants.formalDeclarations),
          ...declare(true),
          ...plain([""]),
          ...statements(true),
          ...plain(gathered("unused_property_bits", unusedByProperties, taken)),
          ...plain([...(counted ? ["  // verilator coverage_on"] : []), "`endif"]),
        ]
      : []),
    ...plain(["endmodule"]),
  ];
  // No blank line before another, before endmodule, or before `endif.
  const closes = new Set(["", "endmodule", "`endif"]);
  return lines.filter(({ text }, i) => !(text === "" && closes.has(lines[i + 1]?.text ?? "")));
}

/** Bits that nothing reads, gathered under a name: a line a net, so that one more changes no line of the others. */
function gathered(name: string, parts: readonly (readonly string[])[], taken: Set<string>): string[] {
  if (parts.length === 0) return [];
  const lines = parts.map((ofNet) => `    ${ofNet.join(", ")},`);
  return ["", "  // Bits that nothing reads.", `  wire ${freeName(name, taken)} = &{`, ...lines, "    1'b0", "  };"];
}

function declaredConstants(constants: readonly NamedConstant[]): PrintedLine[] {
  return constants.map((of) => ({ text: of.at ? withPosition(of.text, of.at) : of.text, of }));
}

function plain(lines: readonly string[]): PrintedLine[] {
  return lines.map((text) => ({ text }));
}

/** The ports and parameters of a black box. Its inputs and parameters are read and its outputs unknown, so that linters are content. */
export function printStub({ summary, ports, external }: Module): string {
  const pinOf = ({ name }: Port) => external?.pins[name] ?? name;
  const pins = ports.map((port) => `  ${port.direction} wire ${vector(port.width, port.signed)}${pinOf(port)}`);
  const inputs = ports.filter(({ direction }) => direction === "input").map(pinOf);
  const given = Object.entries(external?.parameters ?? {});
  // A parameter without a width cannot stand in a concatenation itself.
  const read = [...inputs, ...given.map(([name]) => `^${name}`)];
  const unused = freeName("unused_inputs", new Set([...ports.map(pinOf), ...given.map(([name]) => name)]));
  const body = [
    ...(read.length > 0 ? [`  wire ${unused} = &{1'b0, ${read.join(", ")}};`] : []),
    ...ports.flatMap((port) => (port.direction === "output" ? [`  assign ${pinOf(port)} = ${port.width}'bx;`] : [])),
  ];
  const parameters = given.map(([name, value]) => `  parameter ${name} = ${printParameter(value)}`);
  return [
    ...(summary ? [`// ${summary}`] : []),
    "(* blackbox *)",
    ...(parameters.length > 0
      ? [`module ${external?.module} #(`, parameters.join(",\n"), ") ("]
      : [`module ${external?.module} (`]),
    pins.join(",\n"),
    ");",
    ...body,
    "endmodule",
    "",
  ].join("\n");
}

function vector(width: number, signed: boolean): string {
  return `${signed ? "signed " : ""}${width === 1 ? "" : `[${width - 1}:0] `}`;
}

function withPosition(line: string, at: LazyPosition): string {
  const where = at.toString();
  return where ? `${line} // ${where}` : line;
}

/** Nets that are declared before everything else, so that no statement reads a net before its declaration. */
function declaration(
  item: Item,
  { inline, single, uncompared }: Record<"inline" | "single" | "uncompared", ReadonlySet<string>>,
): string[] {
  switch (item.kind) {
    case "wire":
      return inline.has(item.name) || item.output
        ? []
        : [withPosition(`  wire ${vector(item.width, item.signed)}${item.name};`, item.at)];
    case "reg": {
      // What nothing changes is an unknown constant, for proofs: any value, but one.
      const constant = !item.reset && keepsBits(item.name, 0, item.next) ? "(* anyconst *) " : "";
      const first = item.crossing ? '(* ASYNC_REG = "TRUE" *) ' : constant;
      return [withPosition(`  ${first}reg ${vector(item.width, item.signed)}${item.name};`, item.at)];
    }
    case "mem": {
      if (single.has(item.name)) return [withPosition(`  reg ${vector(item.width, false)}${item.name};`, item.at)];
      const wishes = [
        ...(item.style ? [`ram_style = "${item.style}"`] : []),
        // Yosys compares addresses for a RAM that has no old words to give, unless it is told that nobody minds.
        ...(uncompared.has(item.name) ? ["no_rw_check"] : []),
      ];
      const attributes = wishes.length > 0 ? `(* ${wishes.join(", ")} *) ` : "";
      return [
        withPosition(`  ${attributes}reg ${vector(item.width, false)}${item.name} [0:${item.depth - 1}];`, item.at),
      ];
    }
    case "memRead":
      return [
        withPosition(`  ${item.latency === 0 ? "wire" : "reg"} ${vector(item.width, false)}${item.name};`, item.at),
      ];
    case "inst": {
      const where = withPosition("", item.at);
      return item.outputs.map(({ net, width, signed }) => `  wire ${vector(width, signed)}${net};${where}`);
    }
    case "memWrite":
    case "property":
      return [];
    default:
      return unreachable(item);
  }
}

/** Memories of which every read is clocked and may give anything where it meets a write. */
function withoutCollisions({ items }: Module): ReadonlySet<string> {
  const reads = items.filter((item) => item.kind === "memRead");
  const written = new Set(items.flatMap((item) => (item.kind === "memWrite" ? [item.memory] : [])));
  const compared = reads.filter(({ latency, underWrite }) => latency === 0 || underWrite !== "undefined");
  const uncompared = new Set(reads.map(({ memory }) => memory).filter((memory) => written.has(memory)));
  for (const { memory } of compared) uncompared.delete(memory);
  return uncompared;
}

/** Wires whose driver stands before every reader: declared where they are driven. */
function inlineWires(module: Module): ReadonlySet<string> {
  const inline = new Set<string>();
  const read = new Set<string>();
  const collect = (e: Expression): void => {
    if (e.kind === "ref") read.add(e.name);
    else for (const operand of operands(e)) collect(operand);
  };
  for (const item of module.items) {
    for (const value of itemValues(item)) collect(value);
    if (item.kind === "wire" && !item.output && !read.has(item.name) && !piecesOf(item.value)) inline.add(item.name);
  }
  return inline;
}

interface ItemContext extends PrintContext {
  readonly inline: ReadonlySet<string>;
  /** Memories that are plain registers. */
  readonly single: ReadonlySet<string>;
  readonly nameOf: (symbol: ConstSymbol, register: string) => string;
}

function printItem(item: Item, context: ItemContext): string[] {
  const { inline, single } = context;
  const wordOf = (memory: string, address: Expression) =>
    single.has(memory) ? memory : `${memory}[${printIndex(address)}]`;
  switch (item.kind) {
    case "wire": {
      const pieces = piecesOf(item.value);
      if (pieces) {
        const assign = (low: number, width: number) => `  assign ${item.name}[${printRange(low, width)}] = `;
        return pieces.flatMap(({ low, value }) => chainedMux(assign(low, value.width), value, item.at));
      }
      const target = inline.has(item.name)
        ? `wire ${vector(item.width, item.signed)}${item.name}`
        : `assign ${item.name}`;
      return chainedMux(`  ${target} = `, item.value, item.at);
    }
    case "reg":
      return printRegister(item, context);
    case "mem":
      return initialWords(item, single.has(item.name));
    case "memRead": {
      const word = wordOf(item.memory, item.address);
      if (item.enable === undefined) return [withPosition(`  assign ${item.name} = ${word};`, item.at)];
      return clocked(item.clock, guarded(item.enable, `${item.name} <= ${word};`), item.at);
    }
    case "memWrite": {
      const word = wordOf(item.memory, item.address);
      if (item.mask) return maskedWrite(item, item.mask, word);
      return clocked(item.clock, guarded(item.enable, `${word} <= ${printExpression(item.data)};`), item.at);
    }
    case "property":
      return printProperty(item, context.properties, context.reset, withPosition);
    case "inst": {
      const module = context.child(item.module);
      const pinName = (port: string) => module?.external?.pins[port] ?? port;
      // A black box has its resets active high, whatever the rest has.
      const control = item.controls.map(({ port, net }): [string, string] => {
        if (module?.ports.find(({ name }) => name === port)?.role !== "reset") return [pinName(port), net];
        const own = context.reset.nameOf(net);
        return module.external ? [pinName(port), context.reset.active(own)] : [context.reset.nameOf(port), own];
      });
      const parameters = Object.entries(module?.external?.parameters ?? {}).map(
        ([name, value]) => `.${name}(${printParameter(value)})`,
      );
      const kind = module?.external?.module ?? item.module;
      const pins = [
        ...control,
        ...item.inputs.map(({ port, value }): [string, string] => [pinName(port), printExpression(value)]),
        ...item.outputs.map(({ port, net }): [string, string] => [pinName(port), net]),
      ].map(([port, value]) => `    .${port}(${value})`);
      return [
        withPosition(`  ${kind} ${parameters.length > 0 ? `#(${parameters.join(", ")}) ` : ""}${item.name} (`, item.at),
        ...pins.map((pin, i) => (i < pins.length - 1 ? `${pin},` : pin)),
        "  );",
      ];
    }
    default:
      return unreachable(item);
  }
}

function clocked(clock: string, statement: string, at: LazyPosition): string[] {
  return [withPosition(`  always @(posedge ${clock})`, at), `    ${statement}`];
}

function guarded(enable: Expression, statement: string): string {
  return enable.kind === "const" && enable.value === 1n ? statement : `if (${printExpression(enable)}) ${statement}`;
}

/** `target = c1 ? a : c2 ? b : d;`, a line a choice. */
function chainedMux(start: string, value: Expression, at: LazyPosition): string[] {
  const choices: string[] = [];
  let rest = value;
  while (rest.kind === "mux") {
    const arm = rest.whenTrue.kind === "mux" ? printOperand(rest.whenTrue) : printExpression(rest.whenTrue);
    choices.push(`${printOperand(rest.condition)} ? ${arm} :`);
    rest = rest.whenFalse;
  }
  if (choices.length < 2) return [withPosition(`${start}${printExpression(value)};`, at)];
  const indent = "    ";
  return [
    withPosition(start.trimEnd(), at),
    ...choices.map((choice) => `${indent}${choice}`),
    `${indent}${printExpression(rest)};`,
  ];
}

function initialWords({ name, depth, width, init }: Mem, single: boolean): string[] {
  if (!init) return [];
  const word = (i: number) => `    ${name}${single ? "" : `[${i}]`} = ${printLiteral(init[i] ?? 0n, width, false)};`;
  return ["  initial begin", ...Array.from({ length: depth }, (_, i) => word(i)), "  end"];
}

/** A line a lane, the form that synthesis knows as byte enables. */
function maskedWrite(item: MemWrite, mask: Expression, word: string): string[] {
  const lane = item.data.width / mask.width;
  const part = (whole: string, i: number) =>
    mask.width === 1 ? whole : `${whole}[${lane * i + lane - 1}:${lane * i}]`;
  const data = printExpression(item.data);
  const bit = (i: number) => (mask.width === 1 ? printExpression(mask) : `${printExpression(mask)}[${i}]`);
  const lanes = Array.from({ length: mask.width }, (_, i) => `if (${bit(i)}) ${part(word, i)} <= ${part(data, i)};`);
  const always = item.enable.kind === "const" && item.enable.value === 1n;
  return [
    withPosition(`  always @(posedge ${item.clock})`, item.at),
    always ? "    begin" : `    if (${printExpression(item.enable)}) begin`,
    ...lanes.map((text) => `      ${text}`),
    "    end",
  ];
}

/** Muxes become if and else; a register that keeps its value needs no branch. */
function printRegister(item: Reg, { nameOf, reset: style }: ItemContext): string[] {
  const pieces = piecesOf(item.next) ?? [{ low: 0, value: item.next }];
  const printed = pieces.filter(({ low, value }) => !keepsBits(item.name, low, value));
  const blocks = printed.map(({ low, value }) => {
    const target = pieces.length === 1 ? item.name : `${item.name}[${printRange(low, value.width)}]`;
    return printChoice(target, value, (e) => keepsBits(item.name, low, e));
  });
  const edges = item.reset ? style.edges(item.clock, style.nameOf(item.reset.signal)) : `posedge ${item.clock}`;
  const several = blocks.length > 1;
  const begin = several && !item.reset ? " begin" : "";
  const always = withPosition(`  always @(${edges})${begin}`, item.at);
  const rest = several ? blocks.flat().map((line) => `  ${line}`) : blocks.flat();
  if (!item.reset) {
    if (rest.length === 0) return [];
    return several ? [always, ...blocks.flat(), "  end"] : [always, ...rest];
  }
  const { signal, value, symbol } = item.reset;
  const initial = symbol ? nameOf(symbol, item.name) : printLiteral(value, item.width, item.signed);
  const reset = `    if (${style.active(style.nameOf(signal))}) ${item.name} <= ${initial};`;
  if (several) return [always, reset, "    else begin", ...rest, "    end"];
  return [always, reset, ...(rest.length > 0 ? alternative(rest) : [])];
}

/** Lines of if and else that give the target of a register its value. */
function printChoice(target: string, value: Expression, keeps: (e: Expression) => boolean): string[] {
  const statement = (e: Expression, indent: string): string[] => {
    if (e.kind !== "mux") return [`${indent}${target} <= ${printExpression(e)};`];
    if (keeps(e.whenTrue)) return branch(`if (${printNegation(e.condition)})`, e.whenFalse, indent);
    const taken = branch(`if (${printExpression(e.condition)})`, e.whenTrue, indent);
    return keeps(e.whenFalse) ? taken : [...taken, ...alternative(statement(e.whenFalse, indent))];
  };
  /** One assignment follows on the line; a nested choice stands between begin and end, so that no else dangles. */
  const branch = (head: string, body: Expression, indent: string): string[] => {
    const lines = statement(body, `${indent}  `);
    return body.kind === "mux"
      ? [`${indent}${head} begin`, ...lines, `${indent}end`]
      : [`${indent}${head} ${lines[0].trimStart()}`];
  };
  return statement(value, "    ");
}

/** The lines of a statement as the else of the one above. */
function alternative(lines: readonly string[]): string[] {
  const indent = lines[0].slice(0, lines[0].length - lines[0].trimStart().length);
  return [`${indent}else ${lines[0].trimStart()}`, ...lines.slice(1)];
}
