/** What the language leaves open about memories, as values that the solver may choose anew at every edge. */
import { binary, cat, mux, reference, slice } from "../../hdl/expression.ts";
import type { Circuit } from "../../hdl/index.ts";
import type {
  Module as CircuitModule,
  Expression,
  Inst,
  Item,
  MemRead,
  MemWrite,
  Port,
  Reg,
  Wire,
} from "../../hdl/ir.ts";

/**
 * The circuit in which a word that is read while it is written (`underWrite: "undefined"`) and the bits that two writes meet in are free, and the
 * Verilog of the modules that it uses besides. Free is `anyseq` for Yosys.
 */
export function withOpenWords(circuit: Circuit): { readonly circuit: Circuit; readonly verilog: string } {
  const widths = new Set<number>();
  const modules = circuit.modules.map((module) => opened(module, widths));
  const [top] = circuit.modules.slice(-1);
  const free = [...widths].map((width) => freeModule(width, top));
  return {
    circuit: { ...circuit, modules: [...free, ...modules] },
    verilog: [...widths].map(freeVerilog).join(""),
  };
}

function opened(module: CircuitModule, widths: Set<number>): CircuitModule {
  const writes = module.items.filter((item): item is MemWrite => item.kind === "memWrite");
  const beside = (one: MemRead | MemWrite) =>
    writes.filter((write) => write !== one && write.memory === one.memory && write.clock === one.clock);
  const items = module.items.flatMap((item, i): readonly Item[] => {
    if (item.kind === "memRead" && item.latency === 1 && item.underWrite === "undefined" && beside(item).length > 0) {
      widths.add(item.width);
      return openRead(item, beside(item));
    }
    if (item.kind !== "memWrite" || beside(item).length === 0) return [item];
    widths.add(item.data.width);
    return openWrite(item, beside(item), `${item.memory}$${i}`);
  });
  return items.length === module.items.length ? module : { ...module, items };
}

/** A read that gives what the solver chose at the edge, if a write met it there, for as long as the port holds its word. */
function openRead(read: MemRead, writes: readonly MemWrite[]): Item[] {
  const { name, width, clock, at } = read;
  const [stored, any, met, chosen] = ["stored", "any", "met", "chosen"].map((part) => `${name}$${part}`);
  const net = (of: string, bits: number) => reference(of, bits, false, at);
  const held = (of: string, next: Expression): Reg => {
    const kept = read.enable ? mux(read.enable, next, net(of, next.width), at) : next;
    return { kind: "reg", name: of, width: next.width, signed: false, next: kept, clock, at };
  };
  const hits = writes.map((write) => both(write.enable, binary("eq", write.address, read.address, 1, false, at)));
  const value = mux(net(met, 1), net(chosen, width), net(stored, width), at);
  return [
    { ...read, name: stored, underWrite: "old" },
    freeNet(any, width, read),
    held(
      met,
      hits.reduce((some, hit) => binary("or", some, hit, 1, false, at)),
    ),
    held(chosen, net(any, width)),
    { kind: "wire", name, output: false, width, signed: false, value, at } satisfies Wire,
  ];
}

/** A write whose bits are the solver's where another write has the same bits of the same word. */
function openWrite(write: MemWrite, others: readonly MemWrite[], name: string): Item[] {
  const { data, at } = write;
  const any = reference(name, data.width, false, at);
  const free = others.reduce((given, other) => {
    const together = both(write.enable, other.enable);
    const meeting = both(together, binary("eq", write.address, other.address, 1, false, at));
    const lanes = leastCommonMultiple(write.mask?.width ?? 1, other.mask?.width ?? 1);
    const width = data.width / lanes;
    const parts = Array.from({ length: lanes }, (_, lane) => {
      const masks = [write, other].flatMap(({ mask }) =>
        mask ? [slice(mask, Math.floor((lane * mask.width) / lanes), 1, at)] : [],
      );
      const part = (of: Expression) => slice(of, lane * width, width, at);
      return mux(masks.reduce(both, meeting), part(any), part(given), at);
    });
    return cat(parts.reverse(), at);
  }, data);
  return [freeNet(name, data.width, write), { ...write, data: free }];
}

const both = (one: Expression, other: Expression) => binary("and", one, other, 1, false, one.at);

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

const freeName = (width: number) => `whittle$any_${width}`;

const freeVerilog = (width: number) => `module ${freeName(width)}(output [${width - 1}:0] value);
  (* anyseq *) reg [${width - 1}:0] any;
  assign value = any;
endmodule
`;

const freeNet = (net: string, width: number, { at }: MemRead | MemWrite): Inst => ({
  ...{ kind: "inst", name: `${net}_`, module: freeName(width), inputs: [], controls: [], domains: [], at },
  outputs: [{ port: "value", net, width, signed: false }],
});

function freeModule(width: number, { at }: CircuitModule): CircuitModule {
  const value: Port = { name: "value", direction: "output", role: "data", width, signed: false, at };
  const external = { module: freeName(width), parameters: {}, pins: {}, modelled: false };
  return { name: external.module, summary: "", ports: [value], items: [], streams: [], external, at };
}
