import { HdlError, type HdlErrorDetails } from "../errors.ts";
import type { Module } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";

const keywords = new Set(
  `always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default defparam design
  disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask event
  for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial inout input instance integer
  join large liblist library localparam macromodule medium module nand negedge nmos nor noshowcancelled not notif0 notif1 or
  output parameter pmos posedge primitive pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent rcmos real
  realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1 scalared showcancelled signed small specify specparam
  strong0 strong1 supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire
  vectored wait wand weak0 weak1 while wire wor xnor xor
  bit byte logic int longint shortint shortreal string void enum struct union typedef package import export interface
  modport program class extends new this super virtual static const local protected rand randc constraint solve before
  property sequence assert assume cover expect restrict final alias break continue return do foreach unique unique0
  priority inside dist with matches tagged type var ref chandle covergroup coverpoint cross bins bind checker clocking
  context eventually global iff implies let nexttime null packed pure s_always s_eventually strong weak throughout timeunit
  timeprecision until untyped wildcard within accept_on reject_on sync_accept_on sync_reject_on first_match illegal_bins
  ignore_bins intersect randcase randsequence forkjoin endclass endclocking endgroup endinterface endpackage endprogram
  endproperty endsequence endchecker nettype interconnect implements soft always_comb always_ff always_latch join_any
  join_none`
    .split(/\s+/)
    .filter((word) => word.length > 0),
);

/** Legal in Verilog, but Verilator, which makes C++ of a port, warns of them. */
const unfitForPorts = new Set(
  `abort alignas alignof and_eq asm auto bitand bitor bool catch cdecl char char16_t char32_t compl concept const_cast
  constexpr decltype delete double dynamic_cast explicit false far float friend goto huge inline interrupt long map mutable
  namespace near noexcept not_eq nullptr operator or_eq pascal private public queue register requires set short sizeof
  static_assert static_cast switch synchronized template thread_local throw true try typeid typename using vector volatile
  wchar_t xor_eq`.split(/\s+/),
);

/** Refuses a `name` that cannot stand in Verilog and SystemVerilog as it is; for a port, in C++ as well. */
export function checkName(kind: string, name: string, at: LazyPosition): void {
  const details = unfit(kind, name);
  if (details) refuse(() => new HdlError({ code: "illegal-name", ...details }, at));
}

/** The same for a name of foreign Verilog, which may have every character that an identifier of Verilog can. */
export function checkForeignName(kind: string, name: string, at: LazyPosition): void {
  if (/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !keywords.has(name)) return;
  const message = `"${name}" cannot name a ${kind}.`;
  const expected =
    "a name of Verilog: letters, digits, _ and $, no digit or $ first, no keyword of it or of SystemVerilog";
  const hint = "Write it as its Verilog does; an escaped name needs a module around it.";
  refuse(() => new HdlError({ code: "illegal-name", message, expected, hint }, at));
}

function unfit(kind: string, name: string): Omit<HdlErrorDetails, "code"> | undefined {
  if ((kind === "port" || kind === "output") && unfitForPorts.has(name)) {
    return {
      message: `"${name}" cannot name a port.`,
      expected: "a name that is no word of C++, into which Verilator turns ports",
      hint: `Write ${name}_value or another word.`,
    };
  }
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !keywords.has(name)) return undefined;
  return {
    message: `"${name}" cannot name ${/^[aio]/.test(kind) ? "an" : "a"} ${kind}.`,
    expected: "a letter, then letters, digits and underscores; no keyword of Verilog or SystemVerilog",
    ...(keywords.has(name) ? { hint: `"${name}" is a keyword; write ${name}_value or another word.` } : {}),
  };
}

/** `wanted`, or with the first free suffix _2, _3, …; the result is taken. A keyword gets the suffix _value first. */
export function freeName(wanted: string, taken: Set<string>): string {
  const base = keywords.has(wanted) ? `${wanted}_value` : wanted;
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

/** Calls `look` for the names of ports, nets, memories and instances, which are one scope in Verilog, and for where each was given. */
function eachDeclared({ ports, items }: Module, look: (name: string, at: LazyPosition) => void): void {
  for (const { name, at } of ports) look(name, at);
  for (const item of items) {
    if ("name" in item) look(item.name, item.at);
    if (item.kind === "inst") for (const { net } of item.outputs) look(net, item.at);
  }
}

/**
 * What no new net of a module may be called: its names, its own, which a net of that name would hide from tools, and those of
 * its resets, active low.
 */
export function takenNames(module: Module): Set<string> {
  const resets = module.ports.filter(({ role }) => role === "reset").map(({ name }) => `${name}_n`);
  const names = new Set([...resets, module.name]);
  eachDeclared(module, (name) => names.add(name));
  return names;
}

/** Refuses what has the name of the module around it, of which tools warn, or would not tell the two apart. */
export function refuseOwnName(module: Module, name: string, defined: LazyPosition): void {
  let at: LazyPosition | undefined;
  eachDeclared(module, (declared, place) => {
    if (declared === name) at ??= place;
  });
  if (!at) return;
  const message = `"${name}" has the name of the module that it stands in.`;
  const hint = "Call one of the two otherwise; names are never changed behind your back.";
  const note = { role: "module", what: `"${name}"`, at: defined };
  refuse(() => new HdlError({ code: "duplicate-name", message, hint }, at, [note]));
}
